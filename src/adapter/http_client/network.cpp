#include "adapter/http_client/network.hpp"

#include <curl/curl.h>
#include <pthread.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "adapter/http_client/exchange.hpp"

namespace gp::http {

namespace {

constexpr int kPollMs = 1000;

// Contexts of streams have no deadline of their own; the Transfer's end is their stop.
const Context& forever() {
  static const Context context(system_clock());
  return context;
}

// An exchange on the network's thread.
class Flight final : public Exchange {
 public:
  Flight(std::uint64_t number, std::unique_ptr<ClientRequest> request,
         std::shared_ptr<Receiver> receiver)
      : Exchange(forever(), *request),
        id(number),
        request_(std::move(request)),
        receiver_(std::move(receiver)) {}
  ~Flight() override {
    if (handle_ != nullptr) curl_easy_cleanup(handle_);
  }

  CURL* prepare() {
    handle_ = curl_easy_init();
    if (handle_ == nullptr) return nullptr;
    set_options(handle_);
    curl_easy_setopt(handle_, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(handle_, CURLOPT_PIPEWAIT, 1L);  // rather share a connection than open one
    curl_easy_setopt(handle_, CURLOPT_PRIVATE, this);
    return handle_;
  }
  CURL* handle() const { return handle_; }

  void end(CURLcode code) {
    auto outcome = finish(handle_, code);
    if (outcome) {
      receiver_->on_end({});
    } else {
      receiver_->on_end(fail(std::move(outcome).error()));
    }
  }
  void end(Error error) { receiver_->on_end(fail(std::move(error))); }

  const std::uint64_t id;

 private:
  void on_head() override { receiver_->on_head(response_); }
  std::size_t on_body(std::string_view chunk) override {
    switch (receiver_->on_data(chunk)) {
      case Receiver::Flow::Continue: return chunk.size();
      case Receiver::Flow::Pause: return CURL_WRITEFUNC_PAUSE;
      case Receiver::Flow::Stop: break;
    }
    return refuse(cancelled("stopped by the reader"));
  }

  std::unique_ptr<ClientRequest> request_;
  std::shared_ptr<Receiver> receiver_;
  CURL* handle_ = nullptr;
};

}  // namespace

struct Network::Impl {
  explicit Impl(Options options_in) : options(options_in) {
    initialise_once();
    multi = curl_multi_init();
    GP_CHECK(multi != nullptr, "libcurl gives a multi handle");
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    thread = std::thread([this] { run(); });
    ::pthread_setname_np(thread.native_handle(), "network");
  }

  // Runs on the network's thread, in order; false when it has stopped.
  bool post(std::move_only_function<void()> command) {
    const std::lock_guard lock(mutex);
    if (is_stopping) return false;
    commands.push_back(std::move(command));
    curl_multi_wakeup(multi);
    return true;
  }

  // False at the end.
  bool run_commands() {
    std::vector<std::move_only_function<void()>> now;
    bool goes_on = true;
    {
      const std::lock_guard lock(mutex);
      now.swap(commands);
      goes_on = !is_stopping;
    }
    for (auto& command : now) command();
    return goes_on;
  }

  void run() {
    while (run_commands()) {
      int running = 0;
      curl_multi_perform(multi, &running);
      collect();
      curl_multi_poll(multi, nullptr, 0, kPollMs, nullptr);
    }
    while (!flights.empty()) abort(flights.begin()->first, cancelled("the program is stopping"));
  }

  void collect() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      void* data = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &data);
      land(static_cast<const Flight*>(data)->id)->end(code);
    }
  }

  void launch(std::unique_ptr<Flight> flight) {
    CURL* handle = flight->prepare();
    if (handle == nullptr || curl_multi_add_handle(multi, handle) != CURLM_OK) {
      --count;
      return flight->end(resource_exhausted("libcurl has no room for another exchange"));
    }
    const std::uint64_t id = flight->id;
    flights.emplace(id, std::move(flight));
  }

  // Out of libcurl's hands and ours.
  std::unique_ptr<Flight> land(std::uint64_t id) {
    auto found = flights.extract(id);
    if (found.empty()) return nullptr;
    curl_multi_remove_handle(multi, found.mapped()->handle());
    --count;
    return std::move(found.mapped());
  }

  void abort(std::uint64_t id, Error error) {
    if (const auto flight = land(id)) flight->end(std::move(error));
  }

  void unpause(std::uint64_t id) {
    const auto found = flights.find(id);
    if (found != flights.end()) curl_easy_pause(found->second->handle(), CURLPAUSE_CONT);
  }

  void stop() {
    {
      const std::lock_guard lock(mutex);
      is_stopping = true;
      curl_multi_wakeup(multi);
    }
    thread.join();
    curl_multi_cleanup(multi);
  }

  const Options options;
  CURLM* multi = nullptr;
  std::atomic<std::size_t> count = 0;
  std::atomic<std::uint64_t> next_id = 1;
  std::unordered_map<std::uint64_t, std::unique_ptr<Flight>> flights;  // of the network's thread

  std::mutex mutex;  // guards the fields below
  std::vector<std::move_only_function<void()>> commands;
  bool is_stopping = false;

  std::thread thread;
};

// What the user of a stream holds. The network may be gone before it.
class Network::Handle final : public Network::Transfer {
 public:
  Handle(std::weak_ptr<Impl> impl, std::uint64_t id) : impl_(std::move(impl)), id_(id) {}
  ~Handle() override {
    post([id = id_](Impl& impl) { impl.abort(id, cancelled("nobody reads the answer any more")); });
  }
  void resume() override {
    post([id = id_](Impl& impl) { impl.unpause(id); });
  }

 private:
  template <typename Command>
  void post(Command command) {
    if (const auto impl = impl_.lock()) {
      impl->post([raw = impl.get(), command] { command(*raw); });
    }
  }

  std::weak_ptr<Impl> impl_;
  const std::uint64_t id_;
};

namespace {

// Collects a whole answer and wakes the thread that waits for it.
class Collector final : public Receiver {
 public:
  explicit Collector(std::size_t body_bytes_max) : body_bytes_max_(body_bytes_max) {}

  void on_head(const ClientResponse& head) override { answer_ = head; }
  Flow on_data(std::string_view bytes) override {
    if (answer_.body.size() + bytes.size() > body_bytes_max_) {
      is_too_large_ = true;
      return Flow::Stop;
    }
    answer_.body.append(bytes);
    return Flow::Continue;
  }
  void on_end(Result<> outcome) override {
    const std::lock_guard lock(mutex_);
    outcome_ = std::move(outcome);
    ended_.notify_all();
  }

  Result<ClientResponse> wait() {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return outcome_.has_value(); });
    if (is_too_large_) {
      return fail(too_large("the answer is larger than {} bytes", body_bytes_max_));
    }
    TRY(Result<>(*outcome_));
    return std::move(answer_);
  }

 private:
  const std::size_t body_bytes_max_;
  ClientResponse answer_;  // of the network's thread until the end
  bool is_too_large_ = false;
  std::mutex mutex_;  // guards the field below
  std::condition_variable ended_;
  std::optional<Result<>> outcome_;
};

}  // namespace

Network::Network(Options options) : impl_(std::make_shared<Impl>(options)) {}

Network::~Network() {
  impl_->stop();
}

std::size_t Network::transfers() const {
  return impl_->count;
}

Result<std::unique_ptr<Network::Transfer>> Network::start(ClientRequest request,
                                                          std::shared_ptr<Receiver> receiver) {
  TRY(check_url(request));
  if (impl_->count.fetch_add(1) >= impl_->options.transfers_max) {
    --impl_->count;
    return fail(resource_exhausted("{} HTTP exchanges are under way already",
                                   impl_->options.transfers_max));
  }
  const std::uint64_t id = impl_->next_id++;
  auto flight = std::make_unique<Flight>(id, std::make_unique<ClientRequest>(std::move(request)),
                                         std::move(receiver));
  const bool is_taken = impl_->post([impl = impl_.get(), flight = std::move(flight)]() mutable {
    impl->launch(std::move(flight));
  });
  if (!is_taken) return fail(cancelled("the program is stopping"));
  return std::make_unique<Handle>(impl_, id);
}

Result<ClientResponse> Network::send(const Context& context, ClientRequest request) {
  TRY(context.check());
  if (context.has_deadline()) {
    const bool is_sooner =
        request.timeout == Duration::zero() || context.remaining() < request.timeout;
    if (is_sooner) request.timeout = std::max(context.remaining(), Duration(1));
  }
  auto collector = std::make_shared<Collector>(request.body_bytes_max);
  std::unique_ptr<Transfer> transfer = TRY(start(std::move(request), collector));
  const std::stop_callback on_stop(context.stop(), [&transfer] { transfer.reset(); });
  auto answer = collector->wait();
  if (!answer && context.stop().stop_requested()) TRY(context.check());
  return answer;
}

}  // namespace gp::http
