#include "adapter/process/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

extern char** environ;

namespace gp::process {
namespace {

constexpr int kPollMs = 100;  // how often deadline and stop are looked at

struct Pipe {
  int read_end = -1;
  int write_end = -1;
  ~Pipe() {
    close_read();
    close_write();
  }
  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  bool open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read_end = ends[0];
    write_end = ends[1];
    return true;
  }
  void close_read() {
    if (read_end >= 0) ::close(std::exchange(read_end, -1));
  }
  void close_write() {
    if (write_end >= 0) ::close(std::exchange(write_end, -1));
  }
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// The child with its two output pipes.
struct Child {
  pid_t pid = -1;
  Pipe out, errors;
};

Result<> spawn(const Command& command, Child& child) {
  if (!child.out.open() || !child.errors.open()) {
    return fail(
        resource_exhausted("cannot run \"{}\": {}", command.arguments[0], std::strerror(errno)));
  }
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> environment = command.environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, child.out.write_end, 1);
  posix_spawn_file_actions_adddup2(&actions, child.errors.write_end, 2);
  if (!command.folder.empty())
    posix_spawn_file_actions_addchdir_np(&actions, command.folder.c_str());
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  const int error = ::posix_spawnp(&child.pid, arguments[0].c_str(), &actions, &attributes,
                                   pointers(arguments).data(), pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  child.out.close_write();
  child.errors.close_write();
  if (error != 0)
    return fail(not_found("cannot run \"{}\": {}", command.arguments[0], std::strerror(error)));
  return {};
}

// Reads what is there; closes the pipe at its end. False when the limit is passed.
bool drain(Pipe& pipe, std::string& into, std::size_t limit) {
  std::array<char, 8192> buffer{};
  const ssize_t count = ::read(pipe.read_end, buffer.data(), buffer.size());
  if (count <= 0) {
    if (count == 0 || errno != EINTR) pipe.close_read();
    return true;
  }
  into.append(buffer.data(), static_cast<std::size_t>(count));
  return into.size() <= limit;
}

int reap(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Result<Finished> run(const Context& context, const Command& command) {
  GP_CHECK(!command.arguments.empty(), "a command has a name");
  Child child;
  TRY(spawn(command, child));

  Finished finished;
  Result<> outcome;
  while (outcome && (child.out.read_end >= 0 || child.errors.read_end >= 0)) {
    std::array<pollfd, 2> waits = {pollfd{child.out.read_end, POLLIN, 0},
                                   pollfd{child.errors.read_end, POLLIN, 0}};
    ::poll(waits.data(), waits.size(), kPollMs);
    bool fits = true;
    if (waits[0].revents != 0) fits = drain(child.out, finished.output, command.output_bytes_max);
    if (waits[1].revents != 0)
      fits = drain(child.errors, finished.errors, command.output_bytes_max) && fits;
    outcome = context.check();
    if (!fits) {
      outcome = fail(too_large("\"{}\" printed more than {} bytes", command.arguments[0],
                               command.output_bytes_max));
    }
  }
  if (!outcome) ::kill(-child.pid, SIGKILL);
  finished.exit_code = reap(child.pid);
  if (!outcome) return fail(std::move(outcome).error());
  return finished;
}

}  // namespace gp::process
