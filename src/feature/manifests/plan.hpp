#pragma once
// From documents to what is to be written, and in which order. Pure, given the kinds that are
// served.

#include <set>
#include <string>
#include <vector>

#include "feature/manifests/files.hpp"
#include "platform/object/kind.hpp"
#include "platform/object/object.hpp"

namespace gp::manifests {

// On every object that came from a file:
inline constexpr std::string_view kSourceLabel =
    "goldenpath.dev/manifest-source";  // the ManifestSource's name
inline constexpr std::string_view kFileAnnotation = "goldenpath.dev/manifest-file";
inline constexpr std::string_view kDigestAnnotation =
    "goldenpath.dev/manifest-digest";  // of the document

struct Wanted {
  object::Key key;
  Value document;  // complete: namespace filled in, marked
  std::string file;
  int line = 0;
  bool comes_first = false;  // Namespaces and CustomResourceDefinitions: others need them
  bool is_entity = false;    // of a kind that the catalog may own
  object::KindPtr kind;

  std::string name() const;  // `ConfigMap "shop/web"`
};

struct Plan {
  std::vector<Wanted> wanted;
  std::set<std::string>
      namespaces;  // that the objects stand in, without those that are wanted themselves
  std::vector<Problem> problems;
};

Plan make_plan(std::vector<Document> documents, const object::KindRegistry& kinds,
               std::string_view source);

// The object as it should be written over `live`: what others put on it and files do not speak of
// (finalizers, owners, our own and kubectl's annotations) is kept.
Value merged_over(const Value& wanted, const Value& live);

// True when `live` came from this very document and still says all it says, in the API's words:
// with the kind's defaults, without what it leaves out.
bool is_up_to_date(const Wanted& wanted, const Value& live);

// Where the catalog has read `live` from ("file:/srv/acme/catalog.yaml"); empty when it does not
// own it: entities that came from a manifest are the manifest's.
std::string catalog_origin(const Value& live);

}  // namespace gp::manifests
