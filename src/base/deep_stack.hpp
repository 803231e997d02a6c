#pragma once
// Work that recurses deeply, on a thread of its own whose stack is large enough.

#include <cstddef>
#include <functional>

namespace gp {

// Reserved, and used only as deep as needed.
inline constexpr std::size_t kDeepStackBytes = std::size_t{256} << 20U;

// Runs `work` there and waits for it.
void on_deep_stack(const std::function<void()>& work);

}  // namespace gp
