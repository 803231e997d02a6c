#pragma once
// The little language of --set: "a.b=1,list={x,y},c[0].d=true".
//
// Messages are those of Helm's strvals: the commands put "failed parsing --set data: " before them.

#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "engine/template/value.hpp"

namespace gp::helm {

// What stands behind '=' becomes.
enum class SetKind {
  Typed,    // --set: true, null and whole numbers are what they look like
  String,   // --set-string
  Json,     // --set-json
  File,     // --set-file: the content of the file that it names
  Literal,  // --set-literal: the rest of the text, commas and all
};

using ReadFile = std::function<Result<std::string>(const std::string& name)>;

// Changes `into`, a map, in place. `read` is for SetKind::File.
Result<void> apply_set(tmpl::Val& into, std::string_view text, SetKind kind,
                       const ReadFile& read = {});

}  // namespace gp::helm
