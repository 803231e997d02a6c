#include <iostream>

#include "app/commands/commands.hpp"

namespace gp::app {
namespace {

constexpr std::string_view kBash =
    R"sh(# bash completion for goldenpath: source <(goldenpath completion bash)
_goldenpath() {
  local current=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]}
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "up status get describe apply delete version completion help" -- "$current")); return
  fi
  case "$command" in
    get|describe|delete)
      case "$current" in
        -*) COMPREPLY=($(compgen -W "--namespace --all-namespaces --selector --output --data" -- "$current")) ;;
        *) [ "$COMP_CWORD" -eq 2 ] && COMPREPLY=($(compgen -W "$(goldenpath get --list-types 2>/dev/null)" -- "$current")) ;;
      esac ;;
    completion) COMPREPLY=($(compgen -W "bash zsh fish" -- "$current")) ;;
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
    'up:bring a platform repository to life' 'status:how each part is doing' 'get:list objects'
    'describe:show objects in words' 'apply:create or change objects from files' 'delete:delete objects'
    'version:what this is' 'completion:completion for your shell')
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
complete -c goldenpath -n __fish_use_subcommand -a up -d 'bring a platform repository to life'
complete -c goldenpath -n __fish_use_subcommand -a status -d 'how each part is doing'
complete -c goldenpath -n __fish_use_subcommand -a get -d 'list objects'
complete -c goldenpath -n __fish_use_subcommand -a describe -d 'show objects in words'
complete -c goldenpath -n __fish_use_subcommand -a apply -d 'create or change objects from files'
complete -c goldenpath -n __fish_use_subcommand -a delete -d 'delete objects'
complete -c goldenpath -n __fish_use_subcommand -a version -d 'what this is'
complete -c goldenpath -n __fish_use_subcommand -a completion -d 'completion for your shell'
complete -c goldenpath -n '__fish_seen_subcommand_from get describe delete' -a '(goldenpath get --list-types 2>/dev/null)'
complete -c goldenpath -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'
complete -c goldenpath -n '__fish_seen_subcommand_from up' -a '(__fish_complete_directories)'
)sh";

}  // namespace

int run_completion(const std::string& shell) {
  if (shell == "bash") {
    std::cout << kBash;
  } else if (shell == "zsh") {
    std::cout << kZsh;
  } else if (shell == "fish") {
    std::cout << kFish;
  } else {
    std::cerr << "error: no completion for \"" << shell << "\"\n  bash, zsh and fish are known\n";
    return kUsage;
  }
  return kFine;
}

}  // namespace gp::app
