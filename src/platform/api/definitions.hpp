#pragma once
// Keeps the registry of kinds equal to the CustomResourceDefinitions in the store.
//
// A definition is settled (names, conditions) in the same write that stores it, and its kinds are
// served before that write is answered: nobody has to wait for "Established". Definitions are
// written one at a time, because one's names may be another's; all else goes on meanwhile.
//
// A definition of a resource that the platform brings along (object::may_be_redefined) describes it
// anew; when it goes, the resource is as it was.

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "platform/api/definition_status.hpp"
#include "platform/api/verbs.hpp"

namespace gp::api {

class Definitions {
 public:
  // All of these must outlive it.
  Definitions(store::Store& store, object::KindRegistry& kinds, Clock& clock);

  // Serves what the store holds already; when all built-in kinds are registered, before the first
  // request.
  Result<> load();

  // What is in the store, whatever is served: for the clean-up of a definition that serves nothing.
  static KindPtr stored_kind(const Value& definition);

 private:
  friend class DefinitionTurn;

  // A definition that was seen, and what came of it.
  struct Known {
    Revision revision = 0;
    Value spec;
    Value accepted_names;
    bool is_established = false;
    bool is_terminating = false;
    std::vector<KindPtr> kinds;  // as they are served
    Revision schema_since = 0;
  };

  NamesInUse names_in_use(const Value& definition) const;
  std::vector<KindPtr> make_kinds(const std::string& resource, const Value& definition,
                                  Revision schema_since) const;
  void note(const std::string& resource, const Value& definition, Revision revision);
  // The kinds of these resources, or the built-in ones, become what the registry knows.
  void publish(const std::set<std::string>& resources);

  store::Store& store_;
  object::KindRegistry& kinds_;
  Clock& clock_;

  std::mutex turn_;  // held through a definition's whole write; guards the fields below
  std::map<std::string, Known> known_;  // by resource, which is the definition's name
  std::map<std::string, std::vector<KindPtr>> builtins_;  // what definitions stand in front of
};

// One definition's write. Of any other kind, or without Definitions, it does nothing.
class DefinitionTurn {
 public:
  DefinitionTurn(Definitions* definitions, const object::Kind& kind);

  // What is to be stored: status as the server sees it.
  Value settled(const object::Kind& kind, const Value& definition) const;
  // After the commit: what is stored now, or the last state of what is gone.
  void stored(const object::Object& definition);
  void gone(const object::Object& definition);

 private:
  Definitions* definitions_ = nullptr;  // null: not a definition's turn
  std::unique_lock<std::mutex> lock_;
};

}  // namespace gp::api
