// .Files: the files of a chart that are no templates, as engine.files.

#include "base/encoding.hpp"
#include "engine/helm/glob.hpp"
#include "engine/helm/objects.hpp"
#include "engine/helm/output.hpp"
#include "engine/template/host.hpp"

namespace gp::helm {
namespace {

using tmpl::Kind;
using tmpl::Type;
namespace types = tmpl::types;

extern const Type kFiles;

std::string_view content(const Val& files, const Val& name) {
  const Val* found = files.map().find(name.text());
  return found ? found->text() : std::string_view();
}

Val matching(const Val& files, std::string_view pattern) {
  const Glob glob(pattern);
  Val result = Val::new_map(kFiles);
  for (const auto& entry : files.map().entries())
    if (glob.matches(entry.key)) result.map().set(entry.key, entry.value);
  return result;
}

Result<Val> lines(const Val& files, const Val& name) {
  const Val* found = files.map().find(name.text());
  if (!found) return Val::strings({});
  std::string_view text = found->text();
  if (text.empty())  // Helm looks at the last byte before it asks whether there is one
    return fail(invalid_argument("runtime error: index out of range [-1]"));
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::vector<std::string> result;
  for (std::size_t at = 0;;) {
    const std::size_t end = text.find('\n', at);
    result.emplace_back(text.substr(at, end - at));
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
  return Val::strings(std::move(result));
}

// A ConfigMap's or Secret's data: the last part of each name, and the content.
std::string as_data(const Val& files, bool encoded) {
  Value data = Value::object();
  for (const auto& entry : files.map().entries()) {
    const std::string_view name = std::string_view(entry.key).substr(entry.key.rfind('/') + 1);
    Val text =
        Val::string(encoded ? base64_encode(entry.value.text()) : std::string(entry.value.text()));
    data.set(name, to_document(text));
  }
  std::string out = yaml_text(data);
  if (out.ends_with('\n')) out.pop_back();
  return out;
}

std::optional<tmpl::Function> files_method(const Val& files, std::string_view name) {
  const auto named = [&](auto call) {
    return tmpl::Function{{{&types::kString}}, std::move(call)};
  };
  if (name == "Get") {
    return named([files](auto&, auto arguments) -> Result<Val> {
      return Val::string(std::string(content(files, arguments[0])));
    });
  }
  if (name == "GetBytes") {
    return named([files](auto&, auto arguments) -> Result<Val> {
      return Val::bytes(std::string(content(files, arguments[0])));
    });
  }
  if (name == "Glob") {
    return named([files](auto&, auto arguments) -> Result<Val> {
      return matching(files, arguments[0].text());
    });
  }
  if (name == "Lines") {
    return named(
        [files](auto&, auto arguments) -> Result<Val> { return lines(files, arguments[0]); });
  }
  if (name == "AsConfig" || name == "AsSecrets") {
    return tmpl::Function{{}, [files, encoded = name == "AsSecrets"](auto&, auto) -> Result<Val> {
                            return Val::string(as_data(files, encoded));
                          }};
  }
  return std::nullopt;
}

const tmpl::Methods kFilesMethods{files_method};
const Type kFiles{"engine.files", Kind::Map, &types::kBytes, &kFilesMethods};

}  // namespace

Val files_object(const std::vector<File>& files) {
  std::vector<const File*> sorted;
  sorted.reserve(files.size());
  for (const File& file : files) sorted.push_back(&file);
  std::ranges::sort(sorted, {}, [](const File* file) { return std::string_view(file->name); });
  Val result = Val::new_map(kFiles);
  for (const File* file : sorted) result.map().set(file->name, Val::bytes(file->data));
  return result;
}

}  // namespace gp::helm
