#pragma once
// A cluster is anything that speaks the Kubernetes API. Controllers are written against this
// interface and never know whether it is the built-in store (local.hpp), a remote API server (next)
// or a fake (tests).
//
// Resources are named by group and plural ("deployments.apps"); objects are shared immutable
// references.

#include <memory>
#include <string>
#include <vector>

#include "base/context.hpp"
#include "base/result.hpp"
#include "platform/api/verbs.hpp"
#include "platform/object/object.hpp"
#include "platform/store/store.hpp"

namespace gp::cluster {

using api::DeleteOptions;
using api::PatchType;
using object::Key;
using object::ObjectRef;
using object::Revision;
using store::Event;
using store::Listed;
using store::ListOptions;
using store::Watcher;
using store::WatchOptions;

// What is known of a kind without asking for its objects.
struct KindInfo {
  std::string resource;  // "deployments.apps"
  bool is_namespaced = true;
};

class Cluster {
 public:
  virtual ~Cluster() = default;

  virtual std::string_view name() const = 0;  // "local", or the name it was added under
  // NotFound: the cluster does not serve it (yet).
  virtual Result<KindInfo> kind_of(const Context& context, std::string_view api_version,
                                   std::string_view kind) = 0;

  virtual Result<ObjectRef> get(const Context& context,
                                const Key& key) = 0;  // NotFound when absent
  virtual Result<Listed> list(const Context& context, const ListOptions& options) = 0;
  virtual Result<std::unique_ptr<Watcher>> watch(const Context& context,
                                                 const WatchOptions& options) = 0;

  // `manager` is the field manager ("goldenpath-catalog"). A document's metadata.resourceVersion,
  // when present, is a compare-and-set.
  virtual Result<ObjectRef> create(const Context& context, const Value& document,
                                   std::string_view manager) = 0;
  virtual Result<ObjectRef> update(const Context& context, const Value& document,
                                   std::string_view manager) = 0;
  virtual Result<ObjectRef> update_status(const Context& context, const Value& document,
                                          std::string_view manager) = 0;
  virtual Result<ObjectRef> patch(const Context& context, const Key& key, PatchType type,
                                  const Value& patch, std::string_view manager,
                                  std::string_view subresource = {}) = 0;
  // What patch() with Apply would make of the object: everything but the writing.
  virtual Result<ObjectRef> preview(const Context& context, const Key& key, const Value& applied,
                                    std::string_view manager) = 0;
  virtual Result<api::Deleted> remove(const Context& context, const Key& key,
                                      const DeleteOptions& options) = 0;

  // Many writes in as few commits as the cluster allows; the results come in order. Local: group
  // commit.
  virtual std::vector<Result<ObjectRef>> write_all(
      const Context& context, std::vector<Value> documents,
      std::string_view manager) = 0;  // create or replace each
};

}  // namespace gp::cluster
