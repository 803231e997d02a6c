// The deep stack that `helm eval` and `helm template` render on.

#include <pthread.h>

#include "app/commands/helm_command.hpp"

namespace gp::app {
namespace {

constexpr std::size_t kStackBytes = std::size_t{256}
                                    << 20;  // reserved; used only as deep as needed

void* run_work(void* work) {
  (*static_cast<const std::function<void()>*>(work))();
  return nullptr;
}

}  // namespace

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
