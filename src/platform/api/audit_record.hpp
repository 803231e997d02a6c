#pragma once
// One request on its way into the audit log: an Event of audit.k8s.io/v1 for each stage. Private to
// this folder.

#include <map>
#include <memory>
#include <string>

#include "adapter/net/http.hpp"
#include "platform/api/audit_log.hpp"
#include "platform/api/authorizer.hpp"

namespace gp::api::audit {

class Record {
 public:
  // Null when the policy tells nothing of such a request. Writes RequestReceived.
  static std::shared_ptr<Record> begin(AuditLog* log, std::string audit_id,
                                       const net::Request& request, const RequestInfo& info,
                                       const Caller& caller);
  // Without an answer: Panic.
  ~Record();

  void decided(const Decision& decision);
  void impersonated(const Caller& caller);
  // What was sent, when the policy asks for bodies. `kind` reads protobuf; null: JSON alone.
  void requested(const net::Request& request, const object::KindPtr& kind,
                 const object::KindRegistry& kinds);
  // ResponseComplete; of a stream ResponseStarted now, and the rest at its end.
  static void answered(const std::shared_ptr<Record>& record, net::Response& response);

  // Filled by admission.
  std::map<std::string, std::string> annotations;

 private:
  friend class FollowedStream;
  Record(AuditLog& log, Verdict verdict, std::string audit_id);
  void emit(Stage stage);
  void take_response(const net::Response& response);

  AuditLog& log_;
  const Verdict verdict_;
  TimePoint received_;
  Value event_;  // the members that all stages share
  bool is_complete_ = false;
};

// A request that nobody vouches for (401): one Event, if the policy tells of it.
void refused(AuditLog* log, std::string audit_id, const net::Request& request,
             const RequestInfo& info, const net::Response& response);

}  // namespace gp::api::audit
