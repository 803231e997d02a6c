#include "engine/cel/authorizer.hpp"
#include "engine/cel/functions.hpp"

namespace gp::cel {
namespace {

constexpr std::string_view kAuthorizer = "kubernetes.authorization.Authorizer";
constexpr std::string_view kPathCheck = "kubernetes.authorization.PathCheck";
constexpr std::string_view kGroupCheck = "kubernetes.authorization.GroupCheck";
constexpr std::string_view kResourceCheck = "kubernetes.authorization.ResourceCheck";
constexpr std::string_view kDecision = "kubernetes.authorization.Decision";

// A question under construction: each method answers a copy with one part more.
struct Check final : Opaque {
  AccessSource source;
  AccessQuestion question;
};

struct Decided final : Opaque {
  AccessAnswer answer;
};

Val make_check(std::string_view type, AccessSource source, AccessQuestion question) {
  auto check = std::make_shared<Check>();
  check->type = type;
  check->source = std::move(source);
  check->question = std::move(question);
  return Val::opaque(std::move(check));
}

const Check& check_of(const Val& v) {
  return dynamic_cast<const Check&>(*v.as_opaque());
}

template <typename Change>
Val next(Arguments a, std::string_view type, const Change& change) {
  const Check& check = check_of(a[0]);
  AccessQuestion question = check.question;
  change(question);
  return make_check(type, check.source, std::move(question));
}

Val path(Arguments a) {
  if (a[1].text().empty()) return Val::error("path must not be empty");
  return next(a, kPathCheck, [&](AccessQuestion& question) {
    question.is_resource = false;
    question.path = a[1].text();
  });
}
Val group(Arguments a) {
  return next(a, kGroupCheck, [&](AccessQuestion& question) { question.group = a[1].text(); });
}
Val service_account(Arguments a) {
  if (a[1].text().empty() || a[2].text().empty()) {
    return Val::error("invalid service account: namespace and name must not be empty");
  }
  return next(a, kAuthorizer, [&](AccessQuestion& question) {
    question.service_account_ns = a[1].text();
    question.service_account = a[2].text();
  });
}
Val resource(Arguments a) {
  return next(a, kResourceCheck, [&](AccessQuestion& question) {
    question.version = "*";
    question.resource = a[1].text();
  });
}
Val subresource(Arguments a) {
  return next(a, kResourceCheck,
              [&](AccessQuestion& question) { question.subresource = a[1].text(); });
}
Val in_namespace(Arguments a) {
  return next(a, kResourceCheck, [&](AccessQuestion& question) { question.ns = a[1].text(); });
}
Val named(Arguments a) {
  return next(a, kResourceCheck, [&](AccessQuestion& question) { question.name = a[1].text(); });
}
// Selectors narrow what is asked for; our authorizers judge by resource alone.
Val selected(Arguments a) {
  return a[0];
}

Val check(Arguments a) {
  const Check& asked = check_of(a[0]);
  AccessQuestion question = asked.question;
  question.verb = a[1].text();
  auto decided = std::make_shared<Decided>();
  decided->type = kDecision;
  if (asked.source) decided->answer = asked.source(question);
  return Val::opaque(std::move(decided));
}

const AccessAnswer& answer_of(const Val& v) {
  return dynamic_cast<const Decided&>(*v.as_opaque()).answer;
}
Val allowed(Arguments a) {
  return Val::boolean(answer_of(a[0]).is_allowed);
}
Val reason(Arguments a) {
  return Val::string(answer_of(a[0]).reason);
}
Val errored(Arguments) {
  return Val::boolean(false);  // ours always know
}
Val error_text(Arguments) {
  return Val::string("");
}

constexpr FunctionRow kRows[] = {
    {"path", {"Authorizer.(string)PathCheck"}, path},
    {"group", {"Authorizer.(string)GroupCheck"}, group},
    {"serviceAccount", {"Authorizer.(string,string)Authorizer"}, service_account},
    {"resource", {"GroupCheck.(string)ResourceCheck"}, resource},
    {"subresource", {"ResourceCheck.(string)ResourceCheck"}, subresource},
    {"namespace", {"ResourceCheck.(string)ResourceCheck"}, in_namespace},
    {"name", {"ResourceCheck.(string)ResourceCheck"}, named},
    {"fieldSelector", {"ResourceCheck.(string)ResourceCheck"}, selected},
    {"labelSelector", {"ResourceCheck.(string)ResourceCheck"}, selected},
    {"check", {"PathCheck.(string)Decision", "ResourceCheck.(string)Decision"}, check},
    {"allowed", {"Decision.()bool"}, allowed},
    {"reason", {"Decision.()string"}, reason},
    {"errored", {"Decision.()bool"}, errored},
    {"error", {"Decision.()string"}, error_text},
};

}  // namespace

Library authorizer_library() {
  return kRows;
}

TypePtr authorizer_type() {
  return Type::opaque(std::string(kAuthorizer));
}
TypePtr resource_check_type() {
  return Type::opaque(std::string(kResourceCheck));
}
Val make_authorizer(AccessSource source) {
  return make_check(kAuthorizer, std::move(source), {});
}
Val make_resource_check(AccessSource source, AccessQuestion question) {
  return make_check(kResourceCheck, std::move(source), std::move(question));
}

}  // namespace gp::cel
