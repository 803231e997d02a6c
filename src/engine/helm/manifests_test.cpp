#include "engine/helm/fixture.hpp"
#include "engine/helm/output.hpp"

namespace gp::helm {
namespace {

std::string kinds(const std::vector<Manifest>& manifests) {
  std::string out;
  for (const Manifest& manifest : manifests) out += manifest.kind + " ";
  return out;
}

}  // namespace

TEST_CASE("helm: documents are split where a line begins with three dashes") {
  const auto documents = split_documents("a: 1\n---\nb: 2\n--- # c\nc: 3\n\n---\n");

  REQUIRE(documents.size() == 3);
  CHECK(documents[0] == "a: 1");
  CHECK(documents[2] == "# c\nc: 3");
}

TEST_CASE("helm: manifests are installed by kind, unknown kinds last") {
  const auto sorted = sort_manifests({{"b", "kind: Service\n---\nkind: Zebra\n---\nkind: Apple\n"},
                                      {"c", "kind: Namespace\n---\nkind: Deployment\n"}});

  REQUIRE(sorted);
  CHECK(kinds(sorted->resources) == "Namespace Service Deployment Apple Zebra ");
}

TEST_CASE("helm: hooks stand apart, and one of an unknown kind vanishes") {
  const std::string head = "metadata:\n  name: x\n  annotations:\n    helm.sh/hook: ";
  const auto sorted = sort_manifests({{"a", "kind: Job\n" + head + "pre-install, test-success\n"},
                                      {"b", "kind: Pod\n" + head + "sometimes\n"}});

  REQUIRE(sorted);
  CHECK(sorted->resources.empty());
  REQUIRE(sorted->hooks.size() == 1);
  CHECK(sorted->hooks[0].is_test());
  CHECK(sorted->warnings.at(0) == "info: skipping unknown hook: \"sometimes\"");
}

TEST_CASE("helm: what is no YAML is told with its file") {
  const auto sorted = sort_manifests({{"web/templates/a.yaml", "a: b: c"}});

  REQUIRE_FALSE(sorted);
  CHECK(sorted.error().message.starts_with(
      "YAML parse error on web/templates/a.yaml: error converting YAML to JSON: yaml: "));
}

TEST_CASE("helm: YAML is folded near column 80, as go-yaml does") {
  std::string words;
  for (int i = 0; i < 20; ++i) words += "word ";
  words += "end";

  CHECK(yaml_text(Value(words)) ==
        "word word word word word word word word word word word word word word word word word\n"
        "  word word word end\n");
  CHECK(yaml_text(Value::object({{"k10", 1}, {"k9", "yes"}, {"e", "a: b"}})) ==
        "e: 'a: b'\nk9: \"yes\"\nk10: 1\n");
}

}  // namespace gp::helm
