#include "platform/object/types.hpp"

#include <deque>
#include <map>

#include "platform/object/type_text.hpp"

namespace gp {
extern const std::span<const std::string_view> kTypeTexts;  // embedded by CMake: types/*.types
}

namespace gp::object {

struct TypeTable::Impl {
  std::deque<Type> types;
  std::vector<const Type*> listed;
  std::map<std::string, Type*, std::less<>> by_name;
  std::vector<KindLine> kinds;
  // What the spans of types and fields point into.
  std::deque<std::vector<Field>> fields;
  std::deque<std::vector<std::string_view>> words;
};

namespace {

// A type as the text gives it: names not looked up, inlined structs not unfolded.
struct RawType {
  Type* type = nullptr;
  std::vector<FieldLine> fields;
  std::map<std::string_view, std::string_view>* uses = nullptr;  // of its text
  bool is_root = false;
};

class Reader {
 public:
  explicit Reader(TypeTable::Impl& out) : out_(out) {}

  Result<> read(std::string_view text) {
    uses_ = &all_uses_.emplace_back();
    package_ = go_package_ = group_ = {};
    current_ = nullptr;
    int number = 0;
    for (std::string_view line : split_at(text, '\n')) {
      ++number;
      if (line.empty() || line.starts_with('#')) continue;
      if (auto done = read_line(line); !done) {
        return fail(std::move(done).error().with_context(
            fmt::format("types of {}, line {}", package_.empty() ? "?" : package_, number)));
      }
    }
    return {};
  }

  Result<> resolve() {
    for (RawType& raw : raws_) {
      std::vector<Field> fields;
      if (raw.is_root) {
        for (const std::string_view name : {"apiVersion", "kind"}) {
          Field field;
          field.name = name;
          field.description = name == "kind" ? "The kind of object this document describes."
                                             : "The group and version that the document follows.";
          fields.push_back(field);
        }
      }
      for (FieldLine& line : raw.fields) TRY(add_field(raw, line, fields));
      raw.type->fields = out_.fields.emplace_back(std::move(fields));
    }
    return resolve_kinds();
  }

 private:
  struct RawKind {
    KindLine line;
    std::string_view kind;
    std::string_view package;
  };

  Result<> read_line(std::string_view line) {
    if (line.starts_with("  ")) {
      if (current_ == nullptr) return fail(invalid_argument("a field before any type"));
      FieldLine field = TRY(parse_field_line(line.substr(2)));
      current_->fields.push_back(std::move(field));
      return {};
    }
    if (line.starts_with("column ") && !kinds_.empty()) {
      kinds_.back().line.columns.push_back(line.substr(7));
      return {};
    }
    const std::string_view description = take_description(line);
    const std::vector<std::string_view> words = split_words(line);
    if (words.empty()) return {};
    const std::string_view head = words[0];
    if (words.size() < 2) return fail(invalid_argument("nothing follows \"{}\"", head));
    if (head == "package") {
      package_ = words[1];
      go_package_ = words.size() > 2 ? words[2] : words[1];
    } else if (head == "use" && words.size() == 3) {
      uses_->emplace(words[1], words[2]);
    } else if (head == "group") {
      group_ = words[1] == "\"\"" ? std::string_view() : words[1];
    } else if (head == "kind" && words.size() > 2) {
      read_kind(words);
    } else if (head == "type") {
      return begin_type(words, description);
    } else {
      return fail(invalid_argument("a line cannot begin with \"{}\"", head));
    }
    return {};
  }

  void read_kind(const std::vector<std::string_view>& words) {
    RawKind kind;
    kind.kind = words[1];
    kind.package = package_;
    kind.line.group = group_;
    kind.line.version = go_package_;
    kind.line.plural = words[2];
    for (std::size_t i = 3; i < words.size(); ++i) kind.line.words.push_back(split_word(words[i]));
    kinds_.push_back(std::move(kind));
  }

  Result<> begin_type(const std::vector<std::string_view>& words, std::string_view description) {
    Type& type = out_.types.emplace_back();
    type.name = words[1];
    type.package = package_;
    type.go_package = go_package_;
    type.description = description;
    current_ = &raws_.emplace_back();
    current_->type = &type;
    current_->uses = uses_;
    for (std::size_t i = 2; i < words.size(); ++i) {
      if (words[i] == "root") {
        current_->is_root = true;
      } else if (words[i] == "atomic") {
        type.is_atomic = true;
      } else if (words[i] == "open") {
        type.is_open = true;
      } else {
        return fail(invalid_argument("unknown flag \"{}\" of a type", words[i]));
      }
    }
    out_.listed.push_back(&type);
    if (!out_.by_name.emplace(type.schema_name(), &type).second) {
      return fail(invalid_argument("type \"{}\" is described twice", type.name));
    }
    raw_of_.emplace(&type, current_);
    return {};
  }

  Result<Type*> look_up(const RawType& raw, std::string_view name) {
    std::string full;
    if (const std::size_t dot = name.find('.'); dot != std::string_view::npos) {
      const auto use = raw.uses->find(name.substr(0, dot));
      if (use == raw.uses->end()) return fail(invalid_argument("no \"use\" line for {}", name));
      full = fmt::format("{}.{}", use->second, name.substr(dot + 1));
    } else {
      full = fmt::format("{}.{}", raw.type->package, name);
    }
    const auto found = out_.by_name.find(full);
    if (found == out_.by_name.end()) {
      return fail(invalid_argument("{} names type \"{}\", which is not described",
                                   raw.type->schema_name(), full));
    }
    return found->second;
  }

  Result<> add_field(const RawType& raw, FieldLine& line, std::vector<Field>& fields) {
    if (!line.type_name.empty()) line.field.object = TRY(look_up(raw, line.type_name));
    if (line.is_inline) {
      RawType& inner = *raw_of_.at(line.field.object);
      const std::size_t first = fields.size();
      for (FieldLine& field : inner.fields) TRY(add_field(inner, field, fields));
      for (std::size_t i = first; i < fields.size(); ++i) {
        fields[i].inner_inline_tag = fields[i].inline_tag;
        fields[i].inline_tag = line.field.tag;
      }
      return {};
    }
    line.field.allowed = keep(line.allowed);
    line.field.list_keys = keep(line.list_keys);
    fields.push_back(line.field);
    return {};
  }

  std::span<const std::string_view> keep(const std::vector<std::string_view>& words) {
    if (words.empty()) return {};
    return out_.words.emplace_back(words);
  }

  Result<> resolve_kinds() {
    for (RawKind& kind : kinds_) {
      const auto found = out_.by_name.find(fmt::format("{}.{}", kind.package, kind.kind));
      if (found == out_.by_name.end()) {
        return fail(invalid_argument("kind \"{}\" of {} has no type", kind.kind, kind.package));
      }
      kind.line.type = found->second;
      out_.kinds.push_back(std::move(kind.line));
    }
    return {};
  }

  TypeTable::Impl& out_;
  std::deque<std::map<std::string_view, std::string_view>> all_uses_;
  std::map<std::string_view, std::string_view>* uses_ = nullptr;
  std::string_view package_, go_package_, group_;
  std::deque<RawType> raws_;
  std::map<const Type*, RawType*> raw_of_;
  std::vector<RawKind> kinds_;
  RawType* current_ = nullptr;
};

std::string_view go_scalar_name(Scalar scalar) {
  switch (scalar) {
    case Scalar::String: return "string";
    case Scalar::Bool: return "bool";
    case Scalar::Int32: return "int32";
    case Scalar::Int64: return "int64";
    case Scalar::Double: return "float64";
    case Scalar::Bytes: return "[]uint8";
    case Scalar::Quantity: return "resource.Quantity";
    case Scalar::IntOrString: return "intstr.IntOrString";
    case Scalar::Time: return "v1.Time";
    case Scalar::MicroTime: return "v1.MicroTime";
    case Scalar::Duration: return "v1.Duration";
    case Scalar::Raw: return "runtime.RawExtension";
    case Scalar::SchemaOrBool: return "v1.JSONSchemaPropsOrBool";
    case Scalar::SchemaOrArray: return "v1.JSONSchemaPropsOrArray";
    case Scalar::SchemaOrStrings: return "v1.JSONSchemaPropsOrStringArray";
    case Scalar::Object: break;
  }
  return "struct";
}

}  // namespace

const Field* Type::find(std::string_view wanted) const noexcept {
  for (const Field& field : fields) {
    if (field.name == wanted) return &field;
  }
  return nullptr;
}

std::string Type::schema_name() const {
  return fmt::format("{}.{}", package, name);
}

std::string Type::go_name() const {
  return fmt::format("{}.{}", go_package, name);
}

std::string go_type_name(const Field& field) {
  const std::string item = field.scalar == Scalar::Object
                               ? field.object->go_name()
                               : std::string(go_scalar_name(field.scalar));
  switch (field.container) {
    case Container::Single: return item;
    case Container::List: return "[]" + item;
    case Container::Map: return "map[string]" + item;
    case Container::MapOfList: return "map[string][]" + item;
  }
  return item;
}

TypeTable::TypeTable() : impl_(std::make_unique<Impl>()) {}
TypeTable::~TypeTable() = default;
TypeTable::TypeTable(TypeTable&&) noexcept = default;

Result<TypeTable> TypeTable::parse(std::span<const std::string_view> texts) {
  TypeTable table;
  Reader reader(*table.impl_);
  for (const std::string_view text : texts) TRY(reader.read(text));
  TRY(reader.resolve());
  return table;
}

const Type* TypeTable::find(std::string_view schema_name) const {
  const auto found = impl_->by_name.find(schema_name);
  return found == impl_->by_name.end() ? nullptr : found->second;
}

std::span<const Type* const> TypeTable::all() const {
  return impl_->listed;
}

std::span<const KindLine> TypeTable::kinds() const {
  return impl_->kinds;
}

const TypeTable& builtin_types() {
  static const TypeTable table = [] {
    Result<TypeTable> parsed = TypeTable::parse(kTypeTexts);
    GP_CHECK(parsed.has_value(), parsed.error().message.c_str());
    return std::move(*parsed);
  }();
  return table;
}

}  // namespace gp::object
