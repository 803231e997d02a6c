#include "base/deep_stack.hpp"

#include <pthread.h>

#include "base/result.hpp"

namespace gp {
namespace {

void* run(void* work) {
  (*static_cast<const std::function<void()>*>(work))();
  return nullptr;
}

}  // namespace

void on_deep_stack(const std::function<void()>& work) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kDeepStackBytes);
  pthread_t thread{};
  std::function<void()> copy = work;
  const int code = pthread_create(&thread, &attributes, run, &copy);
  pthread_attr_destroy(&attributes);
  GP_CHECK(code == 0, "a thread can be started");
  pthread_join(thread, nullptr);
}

}  // namespace gp
