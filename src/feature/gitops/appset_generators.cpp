#include "feature/gitops/appset_generators.hpp"

#include <algorithm>
#include <set>

#include "adapter/files/files.hpp"
#include "adapter/files/glob.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "base/yaml.hpp"
#include "engine/patch/patch.hpp"
#include "engine/selector/selector.hpp"
#include "feature/gitops/application.hpp"
#include "feature/gitops/appset_template.hpp"

namespace gp::gitops {
namespace {

constexpr std::size_t kSetsMax = 10'000;
constexpr int kDepthMax = 4;  // generators within generators
constexpr std::size_t kFileBytesMax = 4U << 20U;

using Sets = std::vector<Value>;

std::string as_text(const Value& value) {
  return value.is_string() ? value.string() : to_json(value);
}

// {"a": {"b": 1}} as {"a.b": "1"}.
void flatten(const Value& value, const std::string& prefix, Value& out) {
  if (value.is_object()) {
    for (const auto& member : value.members())
      flatten(
          member.value,
          prefix.empty() ? std::string(member.key()) : fmt::format("{}.{}", prefix, member.key()),
          out);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i)
      flatten(value.at(i), fmt::format("{}.{}", prefix, i), out);
  } else if (!value.is_null()) {
    out.set(prefix, as_text(value));
  }
}

class Generator {
 public:
  Generator(GeneratorSources& sources, bool go_template)
      : sources_(sources), go_template_(go_template) {}

  Result<Sets> run(const Value& generator, const Value& known, int depth) {
    if (depth > kDepthMax)
      return fail(too_large("generators are nested more than {} deep", kDepthMax));
    Sets sets = TRY(run_one(generator, known, depth));
    if (!generator["selector"].is_object()) return sets;
    const selector::LabelSelector wanted =
        TRY(selector::LabelSelector::from_object(generator["selector"]));
    std::erase_if(sets, [&](const Value& set) {
      Value flat = Value::object();
      flatten(set, {}, flat);
      return !wanted.matches_labels(flat);
    });
    return sets;
  }

 private:
  TemplateMode mode() const { return {go_template_, false}; }

  Result<Sets> run_one(const Value& generator, const Value& known, int depth) {
    if (generator["list"].is_object()) return from_list(generator["list"], known);
    if (generator["clusters"].is_object()) return from_clusters(generator["clusters"], known);
    if (generator["git"].is_object()) return from_git(generator["git"], known);
    if (generator["matrix"].is_object()) return matrix(generator["matrix"], known, depth);
    if (generator["merge"].is_object()) return merge(generator["merge"], known, depth);
    for (const auto& member : generator.members()) {
      if (member.key() == "template" || member.key() == "selector") continue;
      return fail(unimplemented("the generator {} is not supported", member.key())
                      .with_hint("list, clusters, git, matrix and merge are"));
    }
    return fail(
        invalid_argument("a generator names no kind: list, clusters, git, matrix or merge"));
  }

  // `values` of a generator: further parameters, which may use its others.
  Result<> add_values(Value& set, const Value& values) {
    for (const auto& member : values.members()) {
      const std::string text = TRY(fill_text(as_text(member.value), set, mode()));
      if (go_template_) {
        set.edit("values").set(member.key(), text);
      } else {
        set.set(fmt::format("values.{}", member.key()), text);
      }
    }
    return {};
  }

  Result<Sets> from_list(const Value& list, const Value& known) {
    const Value filled = TRY(fill(list, known, mode()));
    Value elements = filled["elements"];
    if (!filled["elementsYaml"].empty()) {
      const Value more = TRY(parse_yaml(filled["elementsYaml"].text()));
      for (const Value& item : more.items()) elements.push_back(item);
    }
    Sets sets;
    for (const Value& element : elements.items()) {
      if (!element.is_object()) return fail(invalid_argument("list: an element is no object"));
      if (go_template_) {
        sets.push_back(element);
        continue;
      }
      Value flat = Value::object();
      flatten(element, {}, flat);
      sets.push_back(std::move(flat));
    }
    return sets;
  }

  Result<Sets> from_clusters(const Value& clusters, const Value& known) {
    const Value filled = TRY(fill(clusters, known, mode()));
    selector::LabelSelector wanted;
    if (filled["selector"].is_object())
      wanted = TRY(selector::LabelSelector::from_object(filled["selector"]));
    const auto all = TRY(sources_.clusters());
    Sets sets;
    for (const GeneratorSources::Cluster& cluster : all) {
      if (!wanted.matches_labels(cluster.labels)) continue;
      Value set = Value::object({{"name", cluster.name},
                                 {"nameNormalized", normalized_name(cluster.name)},
                                 {"server", cluster.server}});
      if (go_template_) {
        set.set("metadata",
                Value::object({{"labels", cluster.labels}, {"annotations", cluster.annotations}}));
      } else {
        flatten(cluster.labels, "metadata.labels", set);
        flatten(cluster.annotations, "metadata.annotations", set);
      }
      TRY(add_values(set, filled["values"]));
      sets.push_back(std::move(set));
    }
    return sets;
  }

  Result<Sets> from_git(const Value& git, const Value& known) {
    const Value filled = TRY(fill(git, known, mode()));
    const Checkout checkout =
        TRY(sources_.checkout(filled["repoURL"].string(), filled["revision"].string()));
    if (filled["directories"].is_array()) return directories(checkout, filled);
    if (filled["files"].is_array()) return git_files(checkout, filled);
    return fail(invalid_argument("git: directories or files must be given"));
  }

  static Result<> list_folders(const std::string& root, const std::string& below, int depth,
                               std::vector<std::string>& out) {
    constexpr int kFoldersDeep = 16;
    if (depth > kFoldersDeep) return {};
    const auto entries = TRY(files::list_directory(below.empty() ? root : root + "/" + below));
    for (const files::Entry& entry : entries) {
      if (entry.type != files::EntryType::Directory || entry.name.starts_with('.')) continue;
      const std::string path = below.empty() ? entry.name : below + "/" + entry.name;
      out.push_back(path);
      TRY(list_folders(root, path, depth + 1, out));
    }
    return {};
  }

  Result<Sets> directories(const Checkout& checkout, const Value& git) {
    std::vector<std::string> folders;
    TRY(list_folders(checkout.root, {}, 0, folders));
    std::ranges::sort(folders);
    Sets sets;
    for (const std::string& folder : folders) {
      bool is_in = false, is_out = false;
      for (const Value& item : git["directories"].items()) {
        if (!files::matches_glob(item["path"].text(), folder)) continue;
        (item["exclude"].boolean() ? is_out : is_in) = true;
      }
      if (!is_in || is_out) continue;
      Value set = path_parameters(folder, {}, git["pathParamPrefix"].string());
      TRY(add_values(set, git["values"]));
      sets.push_back(std::move(set));
    }
    return sets;
  }

  Result<Sets> git_files(const Checkout& checkout, const Value& git) {
    std::set<std::string> paths;
    for (const Value& item : git["files"].items()) {
      const auto found = TRY(files::glob(checkout.root, item["path"].text()));
      for (const std::string& path : found) {
        if (item["exclude"].boolean()) {
          paths.erase(path);
        } else {
          paths.insert(path);
        }
      }
    }
    Sets sets;
    for (const std::string& path : paths) {
      const std::string real = TRY(inside(checkout, path));
      const std::string text = TRY(files::read_file(real, kFileBytesMax));
      auto content = parse_yaml(text);
      if (!content) return fail(std::move(content.error()).with_context(path));
      const bool is_list = content->is_array();
      const std::span<const Value> objects = is_list ? content->items() : std::span(&*content, 1);
      for (const Value& object : objects) {
        const std::size_t slash = path.rfind('/');
        const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash);
        Value set = go_template_ ? object : Value::object();
        if (!go_template_) flatten(object, {}, set);
        const Value place =
            path_parameters(folder, path.substr(slash + 1), git["pathParamPrefix"].string());
        for (const auto& member : place.members()) set.set(member.key(), member.value);
        TRY(add_values(set, git["values"]));
        sets.push_back(std::move(set));
      }
    }
    return sets;
  }

  Value path_parameters(const std::string& folder, std::string_view file,
                        const std::string& prefix) const {
    const std::string basename = folder.substr(folder.rfind('/') + 1);
    Value segments = Value::array();
    for (const std::string_view part : split(folder, '/')) segments.push_back(part);
    Value path = Value::object({{"path", folder},
                                {"basename", basename},
                                {"basenameNormalized", normalized_name(basename)}});
    if (!file.empty()) {
      path.set("filename", file);
      path.set("filenameNormalized", normalized_name(file));
    }
    if (go_template_) {
      path.set("segments", std::move(segments));
      if (prefix.empty()) return Value::object({{"path", std::move(path)}});
      return Value::object({{prefix, Value::object({{"path", std::move(path)}})}});
    }
    const std::string name = prefix.empty() ? "path" : prefix + ".path";
    Value flat = Value::object({{name, folder}});
    for (const auto& member : path.members()) {
      if (member.key() != "path") flat.set(fmt::format("{}.{}", name, member.key()), member.value);
    }
    for (std::size_t i = 0; i < segments.size(); ++i)
      flat.set(fmt::format("{}[{}]", name, i), segments.at(i));
    return flat;
  }

  // Every set of the first with every set of the second, which may use the first's parameters.
  Result<Sets> matrix(const Value& spec, const Value& known, int depth) {
    const Value& generators = spec["generators"];
    if (generators.size() != 2) {
      return fail(invalid_argument("matrix: found {} generators, matrix supports exactly 2",
                                   generators.size()));
    }
    const Sets first = TRY(run(generators.at(0), known, depth + 1));
    Sets product;
    for (const Value& a : first) {
      const Value both = patch::apply_merge_patch(known, a);
      const Sets second = TRY(run(generators.at(1), both, depth + 1));
      for (const Value& b : second) {
        if (product.size() == kSetsMax)
          return fail(too_large("more than {} sets of parameters", kSetsMax));
        product.push_back(patch::apply_merge_patch(a, b));
      }
    }
    return product;
  }

  // The first generator's sets, with what later ones say of the same keys laid over.
  Result<Sets> merge(const Value& spec, const Value& known, int depth) {
    const Value& keys = spec["mergeKeys"];
    if (keys.empty()) return fail(invalid_argument("merge: no merge keys were specified"));
    if (spec["generators"].size() < 2)
      return fail(invalid_argument("merge: found less than two generators"));
    const auto key_of_set = [&](const Value& set) {
      Value flat = Value::object();
      flatten(set, {}, flat);
      std::string text;
      for (const Value& key : keys.items()) text += flat[key.text()].string() + "\n";
      return text;
    };
    Sets base = TRY(run(spec["generators"].at(0), known, depth + 1));
    for (std::size_t i = 1; i < spec["generators"].size(); ++i) {
      const Sets over = TRY(run(spec["generators"].at(i), known, depth + 1));
      for (const Value& set : over) {
        for (Value& mine : base) {
          if (key_of_set(mine) == key_of_set(set)) mine = patch::apply_merge_patch(mine, set);
        }
      }
    }
    return base;
  }

  GeneratorSources& sources_;
  const bool go_template_;
};

}  // namespace

Result<Sets> generate_parameters(GeneratorSources& sources, const Value& generators,
                                 bool go_template) {
  Sets all;
  for (const Value& generator : generators.items()) {
    Sets sets = TRY(Generator(sources, go_template).run(generator, Value::object(), 0));
    // A template of the generator's own is laid over the common one by the caller.
    for (Value& set : sets) all.push_back(std::move(set));
    if (all.size() > kSetsMax) return fail(too_large("more than {} sets of parameters", kSetsMax));
  }
  return all;
}

}  // namespace gp::gitops
