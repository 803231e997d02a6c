#pragma once
// From a source's folder to objects: which tool it is for, and what that makes of it.

#include <string>
#include <vector>

#include "feature/gitops/application.hpp"
#include "feature/gitops/repositories.hpp"
#include "platform/object/kind.hpp"

namespace gp::gitops {

enum class Tool { Directory, Helm, Kustomize, Plugin };
std::string_view tool_name(Tool tool);  // as status.sourceType

struct Rendered {
  std::vector<Value> objects;
  std::vector<std::string> revisions;     // of each source
  std::vector<std::string> source_types;  // of each source
  std::vector<std::string> warnings;
};

struct RenderRequest {
  const Application& app;
  bool is_hard = false;
  std::vector<std::string> revisions;  // in place of the sources' own; empty ones are theirs
  bool is_local = false;               // for this cluster, whose kinds charts may ask for
};

class Renderer {
 public:
  Renderer(Repositories& repositories, const object::KindRegistry& kinds)
      : repositories_(repositories), kinds_(kinds) {}

  // Of every source, in order.
  Result<std::vector<Checkout>> checkouts(const Context& context, const RenderRequest& request);
  // What else than the files and the request decides what render() makes.
  std::uint64_t generation() const { return kinds_.generation(); }
  // Errors name the source and the file in it.
  Result<Rendered> render(const RenderRequest& request, const std::vector<Checkout>& checkouts);

 private:
  Repositories& repositories_;
  const object::KindRegistry& kinds_;
};

// What a source's own settings, or the files of its folder, say.
Result<Tool> tool_of(const Source& source, const std::string& folder);

// Adds a document's object; of a List, its items.
void add_objects(const Value& document, std::vector<Value>& objects);

// Plain files: `directory` is the source's settings (recurse, include, exclude).
Result<std::vector<Value>> read_directory(const Checkout& checkout, const std::string& folder,
                                          const Value& directory);

// With the source's settings for Kustomize over the folder's own.
Result<std::vector<Value>> build_kustomization(const Checkout& checkout, const std::string& folder,
                                               const Value& settings,
                                               const object::KindRegistry& kinds,
                                               std::vector<std::string>& warnings);

}  // namespace gp::gitops
