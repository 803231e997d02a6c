// What `helm eval` and `helm template` share: values from flags, and a deep stack to render on.

#include <pthread.h>

#include "app/commands/helm_command.hpp"

namespace gp::app {
namespace {

constexpr std::size_t kStackBytes = std::size_t{256}
                                    << 20;  // reserved; used only as deep as needed

struct SetFlag {
  const std::vector<std::string>& texts;
  helm::SetKind kind;
  std::string_view name;
};

void* run_work(void* work) {
  (*static_cast<const std::function<void()>*>(work))();
  return nullptr;
}

}  // namespace

Result<helm::Val> merge_helm_values(const HelmValues& values, const helm::ReadFile& read_values,
                                    const helm::ReadFile& read_set) {
  helm::Val merged = helm::Val::new_map();
  for (const std::string& file : values.files) {
    const std::string text = TRY(read_values(file));
    const helm::Val over = TRY(helm::parse_values(text, file));
    helm::merge_maps(merged, over);
  }
  const SetFlag flags[] = {
      {values.set_json, helm::SetKind::Json, "--set-json"},
      {values.set, helm::SetKind::Typed, "--set"},
      {values.set_string, helm::SetKind::String, "--set-string"},
      {values.set_file, helm::SetKind::File, "--set-file"},
      {values.set_literal, helm::SetKind::Literal, "--set-literal"},
  };
  for (const SetFlag& flag : flags) {
    for (const std::string& text : flag.texts) {
      auto done = helm::apply_set(merged, text, flag.kind, read_set);
      if (done) continue;
      // Helm keeps the reason to itself here.
      if (flag.kind == helm::SetKind::Json)
        return fail(invalid_argument("failed parsing --set-json data {}", text));
      return fail(
          std::move(done).error().with_context(fmt::format("failed parsing {} data", flag.name)));
    }
  }
  return merged;
}

void on_deep_stack(const std::function<void()>& work) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_t thread{};
  const int code =
      pthread_create(&thread, &attributes, run_work, const_cast<std::function<void()>*>(&work));
  pthread_attr_destroy(&attributes);
  GP_CHECK(code == 0, "a thread can be started");
  pthread_join(thread, nullptr);
}

tmpl::Limits deep_stack_limits() {
  return {.stack_bytes = kStackBytes - (std::size_t{4} << 20)};
}

}  // namespace gp::app
