#pragma once
// A store to test with, and short words for writes. Tests only.

#include <doctest/doctest.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "platform/store/store.hpp"

namespace gp::store {

struct StoreFixture {
  using Data = std::initializer_list<std::pair<std::string_view, Value>>;

  explicit StoreFixture(StoreOptions wanted = {.path = ":memory:"}) : options(std::move(wanted)) {
    open();
  }

  void open() {
    store.reset();
    auto opened = Store::open(options, clock);
    REQUIRE_MESSAGE(opened, opened.error().to_string());
    store = *std::move(opened);
  }

  Value document_of(std::string_view ns, std::string_view name, Data data = {},
                    Data labels = {}) const {
    Value metadata = Value::object({{"name", name}, {"uid", uid_of(ns, name)}});
    if (!ns.empty()) metadata.set("namespace", ns);
    if (labels.size() != 0) metadata.set("labels", Value::object(labels));
    return Value::object({{"metadata", metadata}, {"data", Value::object(data)}});
  }

  // The same for the same object, different for others.
  static std::string uid_of(std::string_view ns, std::string_view name) {
    const std::uint64_t hash = std::hash<std::string>()(fmt::format("{}/{}", ns, name));
    Uuid uid{};
    std::memcpy(uid.data(), &hash, sizeof hash);
    return format_uuid(uid);
  }

  Transaction write(Write::Op op, std::string_view resource, const Value& document,
                    Revision expected = 0) const {
    const std::vector<std::string> fields = options.selectable_fields
                                                ? options.selectable_fields(resource)
                                                : std::vector<std::string>();
    auto draft = Draft::make(resource, document, fields);
    REQUIRE(draft);
    const Value& metadata = document["metadata"];
    Key key{std::string(resource), metadata["namespace"].string(), metadata["name"].string()};
    Transaction transaction;
    transaction.writes.push_back({op, std::move(key), *std::move(draft), expected});
    return transaction;
  }

  Transaction create(std::string_view resource, std::string_view ns, std::string_view name,
                     Data data = {}, Data labels = {}) const {
    return write(Write::Op::Create, resource, document_of(ns, name, data, labels));
  }
  Transaction update(std::string_view resource, std::string_view ns, std::string_view name,
                     Revision expected, Data data = {}, Data labels = {}) const {
    return write(Write::Op::Update, resource, document_of(ns, name, data, labels), expected);
  }
  Transaction remove(std::string_view resource, std::string_view ns, std::string_view name,
                     Revision expected = 0) const {
    Transaction transaction;
    Key key{std::string(resource), std::string(ns), std::string(name)};
    transaction.writes.push_back({Write::Op::Delete, std::move(key), std::nullopt, expected});
    return transaction;
  }

  FakeClock clock;
  StoreOptions options;
  std::unique_ptr<Store> store;
};

// Keeps the sequencer busy with an answer, so that what is queued meanwhile becomes one batch.
class HeldSequencer {
 public:
  explicit HeldSequencer(StoreFixture& fixture) {
    fixture.store->commit_async(fixture.create("held", "", "held"), [this](Result<Committed>) {
      std::unique_lock lock(mutex_);
      is_held_ = true;
      changed_.notify_all();
      changed_.wait(lock, [this] { return may_go_on_; });
    });
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_held_; });
  }
  ~HeldSequencer() { release(); }

  void release() {
    const std::lock_guard lock(mutex_);
    may_go_on_ = true;
    changed_.notify_all();
  }
  // For answers: "17" is a revision, "Conflict" an error.
  std::function<void(Result<Committed>)> note() {
    return [this](Result<Committed> result) {
      const std::lock_guard lock(mutex_);
      answers_.push_back(result ? std::to_string(result->revision)
                                : std::string(code_name(result.error().code)));
      changed_.notify_all();
    };
  }
  std::vector<std::string> wait_for_answers(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return answers_.size() >= count; });
    return answers_;
  }

 private:
  std::mutex mutex_;  // guards the fields below
  std::condition_variable changed_;
  bool is_held_ = false;
  bool may_go_on_ = false;
  std::vector<std::string> answers_;
};

// "a,b,c": the names of a list, in its order.
inline std::string names_of(const std::vector<ObjectRef>& objects) {
  std::string names;
  for (const ObjectRef& object : objects) {
    if (!names.empty()) names += ',';
    names += object->name();
  }
  return names;
}

// "+a ~b -c": added, modified, deleted.
inline std::string text_of(const std::vector<Event>& events) {
  std::string text;
  for (const Event& event : events) {
    if (!text.empty()) text += ' ';
    text += event.type == Event::Type::Added      ? '+'
            : event.type == Event::Type::Modified ? '~'
                                                  : '-';
    text += event.object->name();
  }
  return text;
}

}  // namespace gp::store
