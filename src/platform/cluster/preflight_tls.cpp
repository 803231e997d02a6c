#include "platform/cluster/preflight_tls.hpp"

#include "adapter/tls/authority.hpp"

namespace gp::cluster {
namespace {

constexpr Duration kSoon = std::chrono::hours(24 * 7);

Result<http::ClientRequest> where(Session& session) {
  const kubeconfig::Cluster& to = session.connection().cluster;
  http::ClientRequest request;
  request.url = to.server + "/";
  request.proxy = to.proxy_url;
  request.tls_server_name = to.tls_server_name;
  return request;
}

Result<tls::CertificateInfo> presented(const Context& context, Session& session) {
  const http::ClientRequest request = TRY(where(session));
  const auto certificates = TRY(http::presented_certificates(context, request));
  return tls::read_certificate(certificates.front());
}

Check failed(std::string text, std::string fix) {
  return {"certificate", CheckState::Failed, std::move(text), std::move(fix)};
}

std::string host_of(const kubeconfig::Cluster& cluster) {
  if (!cluster.tls_server_name.empty()) return cluster.tls_server_name;
  const std::string& url = cluster.server;
  const std::size_t from = url.find("://") + 3;
  const std::size_t slash = std::min(url.find('/', from), url.size());
  const std::string authority = url.substr(from, slash - from);
  const bool is_v6 = authority.starts_with('[');
  return authority.substr(0, is_v6 ? authority.find(']') + 1 : authority.find(':'));
}

std::string day_of(TimePoint time) {
  return format_time(time).substr(0, 10);
}

}  // namespace

Check explain_tls(const Context& context, Session& session, const Error& error) {
  const std::string reason = error.details["reason"].string();
  if (reason.contains("wrong version number") || reason.contains("packet length too long")) {
    return failed("the server does not speak TLS on this port",
                  "correct the port of the server's address, or write http:// if that is meant");
  }
  if (reason.contains("alert")) {
    return failed(fmt::format("the server refused our client certificate ({})", reason),
                  "get a new client certificate or token, and update the kubeconfig");
  }
  if (reason.contains("could not load") || reason.contains("unable to set")) {
    return failed(fmt::format("the client certificate or key cannot be used ({})", reason),
                  "client-certificate and client-key must be PEM and belong to each other");
  }
  const auto info = presented(context, session);
  if (!info) return failed(reason, "look at it with `openssl s_client -connect HOST:PORT`");
  const TimePoint now = context.clock().now();
  if (info->not_after < now) {
    return failed(fmt::format("the server's certificate \"{}\" expired on {}", info->common_name,
                              day_of(info->not_after)),
                  "renew the server's certificate, or correct this machine's clock");
  }
  if (info->not_before > now) {
    return failed(fmt::format("the server's certificate \"{}\" is valid only from {}",
                              info->common_name, format_time(info->not_before)),
                  "correct this machine's clock");
  }
  if (reason.contains("subject name") || reason.contains("does not match")) {
    const std::string host = host_of(session.connection().cluster);
    return failed(
        fmt::format("the server's certificate is for {}, not for {}",
                    info->dns_names.empty() ? info->common_name
                                            : fmt::format("{}", fmt::join(info->dns_names, ", ")),
                    host),
        info->dns_names.empty() ? "use the server's name instead of its address"
                                : fmt::format("use one of its names, or set tls-server-name: {}",
                                              info->dns_names.front()));
  }
  const bool names_authority = session.connection().cluster.authority.is_set();
  return failed(
      fmt::format("the server's certificate \"{}\" is signed by an authority that {}",
                  info->common_name,
                  names_authority ? "the kubeconfig does not name" : "this machine does not know"),
      names_authority ? "certificate-authority-data may be of another or a re-created "
                        "cluster: fetch the kubeconfig anew"
                      : "set certificate-authority-data in the kubeconfig");
}

Check describe_tls(const Context& context, Session& session) {
  const kubeconfig::Cluster& cluster = session.connection().cluster;
  if (cluster.server.starts_with("http://")) {
    return {"certificate", CheckState::Warning, "the connection is not encrypted",
            "use https:// except on this machine"};
  }
  if (cluster.skips_tls_verify) {
    return {"certificate", CheckState::Warning,
            "not verified, as insecure-skip-tls-verify is set: anybody on the way can read along",
            "set certificate-authority-data instead"};
  }
  const auto info = presented(context, session);
  if (!info) return {"certificate", CheckState::Ok, "verified", {}};
  Check check{"certificate",
              CheckState::Ok,
              fmt::format("verified, valid until {}", day_of(info->not_after)),
              {}};
  if (info->not_after < context.clock().now() + kSoon) {
    check.state = CheckState::Warning;
    check.fix = "renew the server's certificate soon";
  }
  return check;
}

std::optional<Check> check_client_certificate(const Context& context, Session& session) {
  const auto proof = session.credentials().current(context);
  if (!proof || proof->certificate_pem.empty()) return std::nullopt;
  const auto info = tls::read_certificate(proof->certificate_pem);
  if (!info) {
    return Check{"client certificate", CheckState::Failed, "it is not a PEM certificate",
                 "correct client-certificate in the kubeconfig"};
  }
  const TimePoint now = context.clock().now();
  if (info->not_after < now) {
    return Check{"client certificate", CheckState::Failed,
                 fmt::format("\"{}\" expired on {}", info->common_name, day_of(info->not_after)),
                 "get a new one and update the kubeconfig"};
  }
  if (info->not_after < now + kSoon) {
    return Check{"client certificate", CheckState::Warning,
                 fmt::format("\"{}\" expires on {}", info->common_name, day_of(info->not_after)),
                 "get a new one soon, or use a certificate file that is renewed"};
  }
  return std::nullopt;
}

}  // namespace gp::cluster
