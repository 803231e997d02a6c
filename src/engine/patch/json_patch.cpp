#include "engine/patch/patch.hpp"
#include "engine/patch/pointer.hpp"

namespace gp::patch {
namespace {

// What a value is worth against the limits: text bytes, about, and levels.
struct Weight {
  std::size_t bytes = 0;
  std::size_t depth = 0;
};

Weight weigh(const Value& value) {
  Weight weight{8 + (value.is_string() ? value.size() : 0), 0};
  const auto add = [&weight](const Value& child) {
    const Weight inner = weigh(child);
    weight.bytes += inner.bytes;
    weight.depth = std::max(weight.depth, inner.depth);
  };
  for (const Value& item : value.items()) add(item);
  for (const Value::Member& member : value.members()) {
    weight.bytes += member.key().size() + 4;
    add(member.value);
  }
  ++weight.depth;
  return weight;
}

// "-1" is the last item, as evanphx/json-patch has it.
std::optional<std::size_t> index_in(std::string_view token, std::size_t size) {
  if (!token.starts_with('-') || token.size() < 2) return parse_index(token);
  const auto from_end = parse_index(token.substr(1));
  if (!from_end || *from_end == 0 || *from_end > size) return std::nullopt;
  return size - *from_end;
}

Error missing() {
  return invalid_argument("nothing is there");
}

// The value at `path`, or nullptr.
const Value* find_in(const Value& root, std::span<const std::string> path) {
  const Value* at = &root;
  for (const std::string& token : path) {
    if (at->is_array()) {
      const auto index = index_in(token, at->size());
      if (!index || *index >= at->size()) return nullptr;
      at = &at->at(*index);
    } else {
      at = at->find(token);
      if (at == nullptr) return nullptr;
    }
  }
  return at;
}

class Patcher {
 public:
  Patcher(const Value& document, const Limits& limits) : document_(document), limits_(limits) {}

  Result<> apply(std::string_view op, const Pointer& path, const Pointer& from,
                 const Value& value) {
    if (op == "add") return add(path, value);
    if (op == "remove") return remove(path);
    if (op == "replace") return replace(path, value);
    if (op == "test") return test(path, value);
    if (op == "copy") return copy(from, path);
    return move(from, path);
  }

  Value take() { return std::move(document_); }

 private:
  // What contains the last token of `path`, for change; its own copy all the way down.
  Result<Value*> parent_of(const Pointer& path) {
    const auto tokens = std::span(path.tokens);
    const auto to_parent = tokens.first(tokens.size() - 1);
    const Value* parent = find_in(document_, to_parent);
    if (parent == nullptr) return fail(invalid_argument("its parent does not exist"));
    if (!parent->is_object() && !parent->is_array()) {
      return fail(invalid_argument("its parent is neither an object nor an array"));
    }
    Value* at = &document_;
    for (const std::string& token : to_parent) {
      at = at->is_array() ? &at->item(*index_in(token, at->size())) : &at->edit(token);
    }
    return at;
  }

  Result<> add(const Pointer& path, const Value& value) {
    if (path.tokens.size() + weigh(value).depth > limits_.depth_max) {
      return fail(too_large("the result is nested deeper than {} levels", limits_.depth_max));
    }
    if (path.tokens.empty()) {
      document_ = value;
      return {};
    }
    Value* parent = TRY(parent_of(path));
    const std::string& last = path.tokens.back();
    if (parent->is_object()) {
      parent->set(last, value);
      return {};
    }
    const auto index = last == "-" ? parent->size() : index_in(last, parent->size() + 1);
    if (!index) return fail(invalid_argument("\"{}\" is not an index of an array", last));
    if (*index > parent->size()) {
      return fail(
          invalid_argument("index {} is beyond the end of an array of {}", *index, parent->size()));
    }
    parent->insert(*index, value);
    return {};
  }

  Result<> remove(const Pointer& path) {
    if (path.tokens.empty()) return fail(invalid_argument("the whole document cannot be removed"));
    if (find_in(document_, path.tokens) == nullptr) return fail(missing());
    Value* parent = TRY(parent_of(path));
    if (parent->is_object()) {
      parent->erase(path.tokens.back());
    } else {
      parent->erase_at(*index_in(path.tokens.back(), parent->size()));
    }
    return {};
  }

  Result<> replace(const Pointer& path, const Value& value) {
    if (find_in(document_, path.tokens) == nullptr) return fail(missing());
    if (path.tokens.empty()) return add(path, value);
    Value* parent = TRY(parent_of(path));
    if (parent->is_object()) return add(path, value);
    TRY(remove(path));
    Pointer in_place = path;  // a negative index would now count from another end
    in_place.tokens.back() = fmt::to_string(*index_in(path.tokens.back(), parent->size() + 1));
    return add(in_place, value);
  }

  // Values are not shown: they may be secrets.
  Result<> test(const Pointer& path, const Value& value) const {
    const Value* present = find_in(document_, path.tokens);
    if (present == nullptr && value.is_null()) return {};
    if (present == nullptr)
      return fail(failed_precondition("the test failed, as nothing is there"));
    if (!(*present == value))
      return fail(failed_precondition("the test failed, as the value is another"));
    return {};
  }

  Result<> copy(const Pointer& from, const Pointer& to) {
    const Value* present = find_in(document_, from.tokens);
    if (present == nullptr) return fail(invalid_argument("nothing is at \"{}\"", from.to_string()));
    const Value value = *present;
    copied_bytes_ += weigh(value).bytes;
    if (copied_bytes_ > limits_.copied_bytes_max) {
      return fail(too_large("the patch copies more than {} bytes", limits_.copied_bytes_max));
    }
    return add(to, value);
  }

  Result<> move(const Pointer& from, const Pointer& to) {
    const Value* present = find_in(document_, from.tokens);
    if (present == nullptr) return fail(invalid_argument("nothing is at \"{}\"", from.to_string()));
    if (from.is_prefix_of(to)) {
      if (from.tokens == to.tokens) return {};
      return fail(invalid_argument("a value cannot be moved into itself"));
    }
    const Value value = *present;
    TRY(remove(from));
    return add(to, value);
  }

  Value document_;
  const Limits& limits_;
  std::size_t copied_bytes_ = 0;
};

struct Operation {
  std::string_view op;
  Pointer path;
  Pointer from;
  const Value* value = &null_value();
};

Result<Pointer> read_pointer(const Value& operation, std::string_view member) {
  const Value& text = operation[member];
  if (!text.is_string()) return fail(invalid_argument("\"{}\" is missing or not a string", member));
  return Pointer::parse(text.text());
}

Result<Operation> read_operation(const Value& value) {
  Operation operation;
  if (!value.is_object()) return fail(invalid_argument("not an object"));
  operation.op = value["op"].text();
  constexpr std::array<std::string_view, 6> kKnown = {"add",  "remove", "replace",
                                                      "move", "copy",   "test"};
  if (std::ranges::find(kKnown, operation.op) == kKnown.end()) {
    return fail(invalid_argument(
        "\"op\" is \"{}\", expected add, remove, replace, move, copy or test", operation.op));
  }
  operation.path = TRY(read_pointer(value, "path"));
  if (operation.op == "move" || operation.op == "copy") {
    operation.from = TRY(read_pointer(value, "from"));
  } else if (operation.op != "remove") {
    operation.value = value.find("value");
    if (operation.value == nullptr) return fail(invalid_argument("\"value\" is missing"));
  }
  return operation;
}

}  // namespace

Result<Value> apply_json_patch(const Value& target, const Value& operations, const Limits& limits) {
  if (!operations.is_array())
    return fail(invalid_argument("a JSON patch is an array of operations"));
  if (operations.size() > limits.operations_max) {
    return fail(too_large("JSON patch has {} operations, at most {} are allowed", operations.size(),
                          limits.operations_max));
  }
  Patcher patcher(target, limits);
  std::size_t index = 0;
  for (const Value& value : operations.items()) {
    auto operation = read_operation(value);
    if (!operation) {
      return fail(std::move(operation).error().with_context(
          fmt::format("operation {} of the JSON patch", index)));
    }
    auto done = patcher.apply(operation->op, operation->path, operation->from, *operation->value);
    if (!done) {
      return fail(std::move(done).error().with_context(
          fmt::format("operation {} of the JSON patch ({} \"{}\")", index, operation->op,
                      operation->path.to_string())));
    }
    ++index;
  }
  return patcher.take();
}

}  // namespace gp::patch
