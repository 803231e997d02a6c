#include "engine/cel/functions.hpp"

#include <map>

namespace gp::cel {
namespace {

// Reads "list(string)", "map(A,B)", "(int,int)int" of a library's table. A mistake there is ours.
class SignatureReader {
 public:
  explicit SignatureReader(std::string_view text) : text_(text) {}

  Overload read() {
    Overload overload;
    if (peek() != '(') {
      overload.is_method = true;
      overload.parameters.push_back(type());
      expect('.');
    }
    expect('(');
    while (peek() != ')') {
      overload.parameters.push_back(type());
      if (peek() == ',') ++at_;
    }
    expect(')');
    overload.result = type();
    return overload;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void expect(char c) {
    GP_CHECK(peek() == c, "a signature of a CEL library is well formed");
    ++at_;
  }

  TypePtr type() {
    const std::size_t start = at_;
    while ((peek() >= 'a' && peek() <= 'z') || (peek() >= 'A' && peek() <= 'Z')) ++at_;
    const std::string_view name = text_.substr(start, at_ - start);
    if (name == "list" || name == "optional") {
      expect('(');
      TypePtr element = type();
      expect(')');
      return name == "list" ? Type::list(std::move(element)) : Type::optional(std::move(element));
    }
    if (name == "map") {
      expect('(');
      TypePtr key = type();
      expect(',');
      TypePtr value = type();
      expect(')');
      return Type::map(std::move(key), std::move(value));
    }
    return simple(name);
  }

  static TypePtr simple(std::string_view name) {
    static const std::map<std::string_view, TypePtr> known = {
        {"dyn", Type::simple(Type::Kind::Dyn)},
        {"null", Type::simple(Type::Kind::Null)},
        {"bool", Type::simple(Type::Kind::Bool)},
        {"int", Type::simple(Type::Kind::Int)},
        {"uint", Type::simple(Type::Kind::Uint)},
        {"double", Type::simple(Type::Kind::Double)},
        {"string", Type::simple(Type::Kind::String)},
        {"bytes", Type::simple(Type::Kind::Bytes)},
        {"timestamp", Type::simple(Type::Kind::Timestamp)},
        {"duration", Type::simple(Type::Kind::Duration)},
        {"type", Type::simple(Type::Kind::TypeType)},
        {"A", Type::param("A")},
        {"B", Type::param("B")},
        {"quantity", Type::opaque("kubernetes.Quantity")},
        {"url", Type::opaque("kubernetes.URL")},
        {"ip", Type::opaque("net.IP")},
        {"cidr", Type::opaque("net.CIDR")},
        {"format", Type::opaque("kubernetes.NamedFormat")},
        {"Authorizer", Type::opaque("kubernetes.authorization.Authorizer")},
        {"PathCheck", Type::opaque("kubernetes.authorization.PathCheck")},
        {"GroupCheck", Type::opaque("kubernetes.authorization.GroupCheck")},
        {"ResourceCheck", Type::opaque("kubernetes.authorization.ResourceCheck")},
        {"Decision", Type::opaque("kubernetes.authorization.Decision")},
    };
    const auto found = known.find(name);
    GP_CHECK(found != known.end(), "a signature of a CEL library names known types");
    return found->second;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::map<std::string_view, Function> build_table() {
  std::map<std::string_view, Function> table;
  for (const Library& library : {core_library(), string_library(), list_library(), time_library(),
                                 kubernetes_library(), format_library(), authorizer_library()}) {
    for (const FunctionRow& row : library) {
      Function& function = table[row.name];
      function.name = row.name;
      function.call = row.call;
      function.reads_whole_text = row.reads_whole_text;
      for (const std::string_view signature : row.signatures) {
        function.overloads.push_back(SignatureReader(signature).read());
      }
    }
  }
  return table;
}

}  // namespace

const Function* find_function(std::string_view name) {
  static const std::map<std::string_view, Function> table = build_table();
  const auto found = table.find(name);
  return found == table.end() ? nullptr : &found->second;
}

}  // namespace gp::cel
