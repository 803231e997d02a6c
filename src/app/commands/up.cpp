#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "app/board.hpp"
#include "app/commands/commands.hpp"
#include "app/data_dir.hpp"
#include "app/platform_source.hpp"
#include "app/running_platform.hpp"
#include "app/terminal.hpp"
#include "app/version.hpp"
#include "base/json.hpp"
#include "base/log.hpp"

namespace gp::app {
namespace {

constexpr auto kCloneTimeout = std::chrono::minutes(5);

// Ctrl-C and termination are waited for, not handled: every thread inherits the blocked mask.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&set_);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set_, number);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    signals_ = ::signalfd(-1, &set_, SFD_CLOEXEC);
    settled_ = ::eventfd(0, EFD_CLOEXEC);
  }
  ~StopSignals() {
    ::close(signals_);
    ::close(settled_);
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  void wait() const {
    int number = 0;
    while (sigwait(&set_, &number) == EINTR) {
    }
  }
  // False when a signal came first.
  bool wait_until_settled(runtime::Parts& parts) const {
    const auto look = [this, &parts](const runtime::PartStatus&) {
      const std::uint64_t one = 1;
      if (parts.is_settled()) [[maybe_unused]]
        const auto told = ::write(settled_, &one, sizeof one);
    };
    const std::uint64_t handle = parts.on_change(look);
    look({});
    pollfd waited[] = {{signals_, POLLIN, 0}, {settled_, POLLIN, 0}};
    while (::poll(waited, 2, -1) < 0 && errno == EINTR) {
    }
    parts.off(handle);
    return waited[0].revents == 0;
  }

 private:
  sigset_t set_{};
  int signals_ = -1;
  int settled_ = -1;
};

// Kubernetes allows either form, and so do we.
Result<std::vector<api::OidcIssuer>> issuers_of(const UpOptions& options) {
  auto from_flags = TRY(api::read_oidc_flags(options.oidc));
  if (options.authentication_config.empty()) {
    std::vector<api::OidcIssuer> issuers;
    if (from_flags) issuers.push_back(std::move(*from_flags));
    return issuers;
  }
  if (from_flags) {
    return fail(
        invalid_argument("--authentication-config and --oidc-* flags are mutually exclusive"));
  }
  return api::read_authentication_config(options.authentication_config);
}

Result<PlatformSettings> settings_of(const UpOptions& options) {
  PlatformSettings settings;
  settings.data_dir = choose_data_dir(options.data);
  settings.address = options.address;
  settings.tokens_file = options.tokens_file;
  settings.runs_workloads = !options.no_workloads;
  settings.oidc_issuers = TRY(issuers_of(options));
  settings.audit_policy_file = options.audit.policy_file;
  settings.audit.path = options.audit.log_path;
  settings.audit.bytes_max = std::size_t{options.audit.log_megabytes_max} << 20U;
  settings.audit.backups_max = options.audit.log_backups_max;
  if (options.port_base) {
    const std::uint16_t base = *options.port_base;
    settings.portal_port = base;
    settings.kube_port = base == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(base + 1);
  }
  TRY(ensure_data_dir(settings.data_dir));
  settings.platform = TRY(
      find_platform(Context(system_clock(), kCloneTimeout), options.platform, settings.data_dir));
  return settings;
}

std::string ready_line(const Addresses& addresses) {
  return to_json(Value::object({{"ready", true},
                                {"pid", static_cast<std::int64_t>(::getpid())},
                                {"portal", addresses.portal},
                                {"kube", addresses.kube},
                                {"kubeconfig", addresses.kubeconfig},
                                {"portalTokenFile", addresses.portal_token_file}})) +
         "\n";
}

Result<> write_whole(const std::string& path, const std::string& text) {
  const std::string temporary = fmt::format("{}.{}", path, ::getpid());
  std::FILE* file = std::fopen(temporary.c_str(), "we");
  const bool written =
      file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool closed = file != nullptr && std::fclose(file) == 0;
  if (!written || !closed || std::rename(temporary.c_str(), path.c_str()) != 0) {
    return fail(unavailable("cannot write {}: {}", path, std::strerror(errno)));
  }
  return {};
}

Result<> signal_ready(const UpOptions& options, const Addresses& addresses) {
  const std::string line = ready_line(addresses);
  if (options.ready_fd >= 0) {
    if (::write(options.ready_fd, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
      return fail(
          unavailable("cannot write to --ready-fd {}: {}", options.ready_fd, std::strerror(errno)));
    }
    ::close(options.ready_fd);
  }
  if (!options.wait_file.empty()) TRY(write_whole(options.wait_file, line));
  return {};
}

void print_welcome(Terminal& terminal, const PlatformSettings& settings, const Addresses& addresses,
                   Duration took) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  terminal.print(fmt::format("\n{}\n\n", terminal.bold(fmt::format("ready in {} ms", ms))));
  terminal.print(fmt::format("  Portal       {}\n               sign in with the token in {}\n",
                             terminal.cyan(addresses.portal), addresses.portal_token_file));
  terminal.print(fmt::format("  Kubernetes   export KUBECONFIG={}\n               kubectl get {}\n",
                             addresses.kubeconfig,
                             settings.platform ? "components -A" : "namespaces"));
  terminal.print("  Stop         Ctrl-C; everything is kept and continues on the next start\n\n");
}

Result<int> up(const UpOptions& options, const StopSignals& signals) {
  Clock& clock = system_clock();
  const Duration began = clock.monotonic();
  const PlatformSettings settings = TRY(settings_of(options));

  Terminal terminal(stdout);
  runtime::Parts parts(clock);
  RunningPlatform platform(settings, parts, clock, system_random());
  Board board(terminal, parts);
  board.title(fmt::format(
      "{}  {}", terminal.bold(fmt::format("GoldenPath {}", kVersion)),
      settings.platform ? settings.platform->name + "  " + terminal.dim(settings.platform->file)
                        : terminal.dim("no platform.yaml here: an empty platform")));

  const Addresses addresses = TRY(platform.start());
  if (!signals.wait_until_settled(parts)) return kFine;
  board.settle();
  print_welcome(terminal, settings, addresses, clock.monotonic() - began);
  TRY(signal_ready(options, addresses));

  signals.wait();
  terminal.print("stopping\n");
  platform.stop();
  return kFine;
}

}  // namespace

int run_up(const UpOptions& options) {
  ::umask(077);  // what a platform writes is for its owner alone: secrets are among it
  const StopSignals signals;
  log::Level level = log::Level::Warn;
  if (log::parse_level(options.log_level, level)) log::set_level(level);
  const auto code = up(options, signals);
  return code ? *code : report(code.error());
}

}  // namespace gp::app
