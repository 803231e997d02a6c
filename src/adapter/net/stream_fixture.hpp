#pragma once
// A Stream that a test feeds by hand.

#include <condition_variable>
#include <deque>
#include <mutex>

#include "adapter/net/http.hpp"

namespace gp::net {

// Shared between the test and the stream that the server owns.
class StreamSource {
 public:
  void say(std::string text) {
    change([&] { texts_.push_back(std::move(text)); });
  }
  void end() {
    change([&] { is_ended_ = true; });
  }
  bool is_gone() const {
    const std::lock_guard lock(mutex_);
    return is_gone_;
  }
  bool is_waiting() const {
    const std::lock_guard lock(mutex_);
    return is_waiting_;
  }
  int pulls() const {
    const std::lock_guard lock(mutex_);
    return pulls_;
  }

  static std::unique_ptr<Stream> stream_of(const std::shared_ptr<StreamSource>& source,
                                           bool is_endless = true);

 private:
  friend class FedStream;
  template <typename Change>
  void change(Change apply) {
    std::function<void()> wake;
    {
      const std::lock_guard lock(mutex_);
      apply();
      wake = wake_;
    }
    if (wake) wake();
  }

  mutable std::mutex mutex_;  // guards the fields below
  std::deque<std::string> texts_;
  bool is_ended_ = false;
  bool is_gone_ = false;
  bool is_waiting_ = false;
  int pulls_ = 0;
  std::function<void()> wake_;
};

class FedStream final : public Stream {
 public:
  FedStream(std::shared_ptr<StreamSource> source, bool is_endless)
      : source_(std::move(source)), is_endless_(is_endless) {}
  ~FedStream() override {
    const std::lock_guard lock(source_->mutex_);
    source_->is_gone_ = true;
  }

  Next pull(std::vector<Piece>& out, std::size_t) override {
    const std::lock_guard lock(source_->mutex_);
    ++source_->pulls_;
    const bool has_text = !source_->texts_.empty();
    for (std::string& text : source_->texts_) out.push_back(Piece::own(std::move(text)));
    source_->texts_.clear();
    if (source_->is_ended_) return Next::End;
    source_->is_waiting_ = !has_text;
    return has_text ? Next::Data : Next::Wait;
  }
  void on_ready(std::function<void()> wake) override {
    const std::lock_guard lock(source_->mutex_);
    source_->wake_ = std::move(wake);
  }
  bool is_endless() const override { return is_endless_; }

 private:
  std::shared_ptr<StreamSource> source_;
  bool is_endless_;
};

inline std::unique_ptr<Stream> StreamSource::stream_of(const std::shared_ptr<StreamSource>& source,
                                                       bool is_endless) {
  return std::make_unique<FedStream>(source, is_endless);
}

}  // namespace gp::net
