#include "platform/cluster/preflight.hpp"

#include <time.h>

#include <algorithm>

#include "base/json.hpp"
#include "platform/cluster/parallel.hpp"
#include "platform/cluster/preflight_tls.hpp"

namespace gp::cluster {
namespace {

constexpr Duration kSkewWarning = std::chrono::seconds(30);
constexpr Duration kSkewFailure = std::chrono::minutes(5);
constexpr Duration kSlow = std::chrono::milliseconds(500);

struct Need {
  std::string_view resource, used_for;
  std::size_t verbs;  // how many of kAccessVerbs: 3 are reading only, 6 all
};
// What GoldenPath does in a cluster that it deploys to.
constexpr Need kNeeds[] = {
    {"namespaces", "Applications that create their namespace", 6},
    {"deployments.apps", "workloads", 6},
    {"statefulsets.apps", "workloads", 6},
    {"daemonsets.apps", "workloads", 6},
    {"jobs.batch", "workloads and hooks", 6},
    {"cronjobs.batch", "workloads", 6},
    {"pods", "health of workloads", 3},
    {"services", "workloads", 6},
    {"ingresses.networking.k8s.io", "workloads", 6},
    {"configmaps", "workloads", 6},
    {"secrets", "workloads, external secrets, database passwords", 6},
    {"serviceaccounts", "workloads", 6},
    {"roles.rbac.authorization.k8s.io", "workloads that bring their own rights", 6},
    {"rolebindings.rbac.authorization.k8s.io", "workloads that bring their own rights", 6},
    {"customresourcedefinitions.apiextensions.k8s.io", "charts that bring definitions", 6},
    {"events", "explanations", 3},
};

ApiCall review(std::string path, const Value& body) {
  ApiCall call;
  call.method = "POST";
  call.path = std::move(path);
  call.body = to_json(body);
  return call;
}

class Examination {
 public:
  Examination(const Context& context, RemoteCluster& cluster)
      : context_(context), cluster_(cluster), session_(cluster.session()) {
    found_.server = session_.connection().cluster.server;
  }

  Preflight run(Depth depth) {
    if (!reach()) return std::move(found_);
    found_.checks.push_back(describe_tls(context_, session_));
    if (auto check = check_client_certificate(context_, session_))
      found_.checks.push_back(std::move(*check));
    if (!read_version()) return std::move(found_);
    compare_clocks();
    if (!identify()) return std::move(found_);
    count_kinds();
    if (depth == Depth::Access) ask_access();
    return std::move(found_);
  }

 private:
  void add(std::string_view name, CheckState state, std::string text, std::string fix = {}) {
    found_.checks.push_back({std::string(name), state, std::move(text), std::move(fix)});
  }

  bool reach() {
    ApiCall call;
    call.path = "/version";
    const Duration start = context_.clock().monotonic();
    auto answer = session_.send(context_, call);
    found_.latency = context_.clock().monotonic() - start;
    if (!answer && !is_answer(answer.error())) return explain(answer.error());
    if (answer) answer_ = std::move(*answer);
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(found_.latency).count();
    add("reachable", found_.latency > kSlow ? CheckState::Warning : CheckState::Ok,
        fmt::format("{} answers in {} ms", found_.server, ms),
        found_.latency > kSlow ? "a cluster nearer to the platform would be followed faster" : "");
    return true;
  }

  // The server spoke, if only to refuse.
  static bool is_answer(const Error& error) {
    return error.code == Code::Forbidden || error.code == Code::NotFound ||
           (error.code == Code::Unauthenticated && error.details["kind"].text() == "Status");
  }

  bool explain(const Error& error) {
    const std::string_view cause = error.details["cause"].text();
    if (cause == "tls") {
      add("reachable", CheckState::Ok, fmt::format("{} accepts connections", found_.server));
      found_.checks.push_back(explain_tls(context_, session_, error));
      return false;
    }
    if (error.code == Code::Unauthenticated || error.code == Code::Forbidden) {
      add("identity", CheckState::Failed, error.message, error.hint);
      return false;
    }
    std::string fix = error.hint;
    if (cause == "name") fix = "correct the server's name in the kubeconfig, or this machine's DNS";
    if (cause == "connect")
      fix = "start the cluster, correct address and port, or look at VPN and firewall";
    if (cause == "timeout") fix = "look at VPN, firewall and proxy: packets seem to be dropped";
    if (cause == "proxy") fix = "correct proxy-url in the kubeconfig, or HTTPS_PROXY and NO_PROXY";
    if (fix.empty()) fix = "is this the address of a Kubernetes API server?";
    const std::string_view reason = error.details["reason"].text();
    add("reachable", CheckState::Failed,
        cause.empty() ? error.message : fmt::format("{}: {}", found_.server, reason),
        std::move(fix));
    return false;
  }

  // False: this is something else than a Kubernetes API server.
  bool read_version() {
    const auto body = parse_json(answer_.body);
    if (body) found_.version = (*body)["gitVersion"].string();
    if (!found_.version.empty()) {
      add("version", CheckState::Ok, found_.version);
      return true;
    }
    if (answer_.status == 200) {
      add("version", CheckState::Failed, "this is not a Kubernetes API server",
          "correct address and port of the server");
      return false;
    }
    add("version", CheckState::Skipped, "the server does not tell us");
    return true;
  }

  void compare_clocks() {
    std::tm time{};
    const std::string date = answer_.header("date");
    if (::strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &time) == nullptr) return;
    const TimePoint theirs{std::chrono::seconds(::timegm(&time))};
    found_.clock_skew = theirs - std::chrono::floor<std::chrono::seconds>(context_.clock().now());
    const Duration skew = std::chrono::abs(found_.clock_skew);
    if (skew < kSkewWarning) return add("clock", CheckState::Ok, "agrees with ours");
    add("clock", skew < kSkewFailure ? CheckState::Warning : CheckState::Failed,
        fmt::format("the cluster's clock is {} {} ours", human_duration(skew),
                    found_.clock_skew > Duration::zero() ? "ahead of" : "behind"),
        "synchronise both with NTP: tokens and certificates are refused otherwise");
  }

  bool identify() {
    const auto answer =
        session_.call(context_, review("/apis/authentication.k8s.io/v1/selfsubjectreviews",
                                       Value::object({{"apiVersion", "authentication.k8s.io/v1"},
                                                      {"kind", "SelfSubjectReview"}})));
    if (!answer && answer.error().code == Code::NotFound) {
      add("identity", CheckState::Skipped, "servers before 1.28 do not tell");
      return true;
    }
    if (!answer && answer.error().code == Code::Unauthenticated) {
      add("identity", CheckState::Failed, "the server does not accept our credentials",
          fmt::format("renew the token or certificate of context \"{}\"",
                      session_.connection().context));
      return false;
    }
    if (!answer && answer.error().code != Code::Forbidden) return explain(answer.error());
    if (!answer) {
      add("identity", CheckState::Failed, answer.error().message, answer.error().hint);
      return false;
    }
    const Value& user = (*answer)["status"]["userInfo"];
    found_.user = user["username"].string();
    for (const Value& group : user["groups"].items()) found_.groups.push_back(group.string());
    if (found_.user == "system:anonymous") {
      add("identity", CheckState::Failed, "we are nobody there (system:anonymous)",
          "the kubeconfig's user has no credentials: add a token or client certificate");
      return false;
    }
    add("identity", CheckState::Ok,
        fmt::format("{}, in {}", found_.user, fmt::join(found_.groups, ", ")));
    return true;
  }

  void count_kinds() {
    const auto kinds = cluster_.discovery().refresh(context_);
    if (!kinds) return add("kinds", CheckState::Failed, kinds.error().message, kinds.error().hint);
    kinds_ = *kinds;
    found_.kinds = static_cast<std::size_t>(
        std::ranges::count_if(*kinds_, [](const RemoteKind& kind) { return kind.is_preferred; }));
    std::string known;
    for (const auto& [group, name] :
         {std::pair("argoproj.io", "Argo CD"), std::pair("external-secrets.io", "External Secrets"),
          std::pair("monitoring.coreos.com", "Prometheus Operator"),
          std::pair("cert-manager.io", "cert-manager"),
          std::pair("gateway.networking.k8s.io", "Gateway API")}) {
      const auto is_of = [&](const RemoteKind& kind) { return kind.group == group; };
      if (std::ranges::none_of(*kinds_, is_of)) continue;
      known += known.empty() ? "; definitions of " : ", ";
      known += name;
    }
    add("kinds", CheckState::Ok, fmt::format("{} kinds are served{}", found_.kinds, known));
  }

  Result<bool> may(std::string_view verb, std::string_view group, std::string_view resource) {
    const Value attributes =
        Value::object({{"verb", verb}, {"group", group}, {"resource", resource}});
    const Value answer = TRY(session_.call(
        context_,
        review("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
               Value::object({{"apiVersion", "authorization.k8s.io/v1"},
                              {"kind", "SelfSubjectAccessReview"},
                              {"spec", Value::object({{"resourceAttributes", attributes}})}}))));
    return answer["status"]["allowed"].boolean();
  }

  bool is_served(std::string_view resource) const {
    return kinds_ && std::ranges::any_of(*kinds_, [&](const RemoteKind& kind) {
             return kind.resource() == resource;
           });
  }

  void ask_access() {
    const auto everything = may("*", "*", "*");
    if (!everything) {
      return add("access", CheckState::Failed, everything.error().message, everything.error().hint);
    }
    for (const Need& need : kNeeds) {
      Access access{
          std::string(need.resource), std::string(need.used_for), {}, is_served(need.resource)};
      for (std::size_t i = 0; i < need.verbs; ++i)
        access.verbs.emplace_back(kAccessVerbs[i], *everything);
      found_.access.push_back(std::move(access));
    }
    if (!*everything) ask_each();
    summarize();
  }

  void ask_each() {
    std::vector<std::pair<Access*, std::size_t>> questions;
    for (Access& access : found_.access) {
      for (std::size_t i = 0; i < access.verbs.size(); ++i) questions.emplace_back(&access, i);
    }
    in_parallel(questions.size(), [&](std::size_t i) {
      auto& [access, verb] = questions[i];
      const std::size_t dot = access->resource.find('.');
      const std::string group = dot == std::string::npos ? "" : access->resource.substr(dot + 1);
      const auto allowed = may(access->verbs[verb].first, group, access->resource.substr(0, dot));
      access->verbs[verb].second = allowed && *allowed;
    });
  }

  void summarize() {
    std::size_t asked = 0, denied = 0;
    for (const Access& access : found_.access) {
      for (const auto& [verb, allowed] : access.verbs) {
        ++asked;
        if (!allowed) ++denied;
      }
    }
    if (denied == 0) return add("access", CheckState::Ok, "all that the platform may need");
    add("access", denied == asked ? CheckState::Failed : CheckState::Warning,
        fmt::format("{} of {} rights are missing: what needs them will fail there", denied, asked),
        fmt::format("kubectl create clusterrolebinding goldenpath --clusterrole=cluster-admin "
                    "--user={}, or a narrower role for what is meant to work",
                    found_.user));
  }

  const Context& context_;
  RemoteCluster& cluster_;
  Session& session_;
  http::ClientResponse answer_;  // to /version
  RemoteKinds kinds_;
  Preflight found_;
};

}  // namespace

std::string_view check_state_name(CheckState state) {
  switch (state) {
    case CheckState::Ok: return "ok";
    case CheckState::Warning: return "warning";
    case CheckState::Failed: return "failed";
    case CheckState::Skipped: break;
  }
  return "skipped";
}

bool Preflight::has_failed(std::string_view name) const {
  return std::ranges::any_of(checks, [&](const Check& check) {
    return check.name == name && check.state == CheckState::Failed;
  });
}

bool Preflight::is_fine() const {
  return std::ranges::none_of(checks,
                              [](const Check& check) { return check.state == CheckState::Failed; });
}

Value Preflight::to_value() const {
  Value list = Value::array();
  for (const Check& check : checks) {
    Value one = Value::object(
        {{"name", check.name}, {"state", check_state_name(check.state)}, {"message", check.text}});
    if (!check.fix.empty()) one.set("fix", check.fix);
    list.push_back(std::move(one));
  }
  Value rights = Value::array();
  for (const Access& entry : access) {
    Value allowed = Value::array();
    Value denied = Value::array();
    for (const auto& [verb, is_allowed] : entry.verbs)
      (is_allowed ? allowed : denied).push_back(verb);
    rights.push_back(Value::object({{"resource", entry.resource},
                                    {"usedFor", entry.used_for},
                                    {"served", entry.is_served},
                                    {"allowed", std::move(allowed)},
                                    {"denied", std::move(denied)}}));
  }
  Value member = Value::array();
  for (const std::string& group : groups) member.push_back(group);
  return Value::object(
      {{"server", server},
       {"fine", is_fine()},
       {"version", version},
       {"user", user},
       {"groups", std::move(member)},
       {"latencyMs", std::chrono::duration_cast<std::chrono::milliseconds>(latency).count()},
       {"clockSkewSeconds", std::chrono::duration_cast<std::chrono::seconds>(clock_skew).count()},
       {"kinds", std::uint64_t{kinds}},
       {"checks", std::move(list)},
       {"access", std::move(rights)}});
}

Preflight run_preflight(const Context& context, RemoteCluster& cluster, Depth depth) {
  return Examination(context, cluster).run(depth);
}

}  // namespace gp::cluster
