#include <iostream>

#include "app/commands/commands.hpp"

namespace gp::app {
namespace {

struct Command {
  std::string_view name, help;
};
constexpr Command kCommands[] = {
    {"up", "bring a platform repository to life"},
    {"status", "how each part is doing"},
    {"get", "list objects"},
    {"describe", "show objects in words"},
    {"apply", "create or change objects from files"},
    {"delete", "delete objects"},
    {"cluster", "clusters elsewhere to deploy to"},
    {"helm", "render charts"},
    {"sync", "make a cluster what an Application says"},
    {"diff", "what a sync of an Application would change"},
    {"history", "when an Application was synced, and to what"},
    {"rollback", "go back to an earlier deployment"},
    {"version", "what this is"},
    {"completion", "completion for your shell"},
};

constexpr std::string_view kBash =
    R"sh(# bash completion for goldenpath: source <(goldenpath completion bash)
_goldenpath() {
  local current=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]}
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "@COMMANDS@ help" -- "$current")); return
  fi
  case "$command" in
    get|describe|delete)
      case "$current" in
        -*) COMPREPLY=($(compgen -W "--namespace --all-namespaces --selector --output --data" -- "$current")) ;;
        *) [ "$COMP_CWORD" -eq 2 ] && COMPREPLY=($(compgen -W "$(goldenpath get --list-types 2>/dev/null)" -- "$current")) ;;
      esac ;;
    completion) COMPREPLY=($(compgen -W "bash zsh fish" -- "$current")) ;;
    cluster) [ "$COMP_CWORD" -eq 2 ] && COMPREPLY=($(compgen -W "add list check remove" -- "$current")) ;;
    helm) [ "$COMP_CWORD" -eq 2 ] && COMPREPLY=($(compgen -W "template eval" -- "$current")) ;;
    sync|diff|history|rollback) [ "$COMP_CWORD" -eq 2 ] && COMPREPLY=($(compgen -W "$(goldenpath get applications -A -o 'jsonpath={.items[*].metadata.name}' 2>/dev/null)" -- "$current")) ;;
    up) case "$current" in
          -*) COMPREPLY=($(compgen -W "--data --address --port-base --ready-fd --wait-file --log-level --tokens-file" -- "$current")) ;;
          *) COMPREPLY=($(compgen -d -- "$current")) ;;
        esac ;;
    *) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -F _goldenpath goldenpath
)sh";

constexpr std::string_view kZsh = R"sh(#compdef goldenpath
# zsh completion for goldenpath: goldenpath completion zsh > "${fpath[1]}/_goldenpath"
_goldenpath() {
  local -a commands=(
@COMMANDS@)
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  case $words[2] in
    get|describe|delete) if (( CURRENT == 3 )); then compadd -- $(goldenpath get --list-types 2>/dev/null); fi ;;
    completion) compadd bash zsh fish ;;
    *) _files ;;
  esac
}
_goldenpath "$@"
)sh";

constexpr std::string_view kFish =
    R"sh(# fish completion for goldenpath: goldenpath completion fish > ~/.config/fish/completions/goldenpath.fish
complete -c goldenpath -f
@COMMANDS@complete -c goldenpath -n '__fish_seen_subcommand_from get describe delete' -a '(goldenpath get --list-types 2>/dev/null)'
complete -c goldenpath -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'
complete -c goldenpath -n '__fish_seen_subcommand_from up' -a '(__fish_complete_directories)'
)sh";

// The script with the commands put in, each as `line` writes it.
template <typename Line>
std::string with_commands(std::string_view script, Line line) {
  constexpr std::string_view kMark = "@COMMANDS@";
  const std::size_t at = script.find(kMark);
  std::string text(script.substr(0, at));
  for (const Command& command : kCommands) text += line(command);
  text += script.substr(at + kMark.size());
  return text;
}

std::string name_and_blank(const Command& command) {
  return fmt::format("{} ", command.name);
}
std::string zsh_line(const Command& command) {
  return fmt::format("    '{}:{}'\n", command.name, command.help);
}
std::string fish_line(const Command& command) {
  return fmt::format("complete -c goldenpath -n __fish_use_subcommand -a {} -d '{}'\n",
                     command.name, command.help);
}

}  // namespace

int run_completion(const std::string& shell) {
  if (shell == "bash") {
    std::cout << with_commands(kBash, name_and_blank);
  } else if (shell == "zsh") {
    std::cout << with_commands(kZsh, zsh_line);
  } else if (shell == "fish") {
    std::cout << with_commands(kFish, fish_line);
  } else {
    std::cerr << "error: no completion for \"" << shell << "\"\n  bash, zsh and fish are known\n";
    return kUsage;
  }
  return kFine;
}

}  // namespace gp::app
