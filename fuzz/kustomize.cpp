// Kustomizations: any text builds or is refused; nothing outside the tree is asked for.

#include "engine/kustomize/fixture.hpp"
#include "fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The kustomization, and after a zero byte the file that it may name.
  const std::string_view text = gp::fuzz::text_of(data, size);
  const std::size_t cut = std::min(text.find('\0'), text.size());
  gp::kustomize::MemoryTree tree(
      {{"/r/a/kustomization.yaml", std::string(text.substr(0, cut))},
       {"/r/a/f.yaml", std::string(text.substr(std::min(cut + 1, text.size())))},
       {"/r/b/kustomization.yaml", "resources: [../a/f.yaml]"}});
  gp::kustomize::Options options;
  options.limits.kustomizations_max = 20;
  const auto built = gp::kustomize::build(tree, {"/r/a", "/r"}, options);
  if (!built) GP_CHECK(!built.error().message.empty(), "a refusal says why");
  return 0;
}
