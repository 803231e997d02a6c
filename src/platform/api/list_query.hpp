#pragma once
// The query of a list, watch or collection deletion: selectors, pages, revisions, and their rules.

#include "adapter/net/http.hpp"
#include "platform/api/verbs.hpp"

namespace gp::api {

struct ListQuery {
  selector::LabelSelector labels;
  selector::FieldSelector fields;
  std::size_t limit = 0;
  std::string continue_after;  // "ns/name", from the token
  Revision at = 0;             // 0: newest
  bool is_continued = false;

  bool has_selector() const { return !labels.empty() || !fields.empty(); }
  store::ListOptions to_options() const;
};

struct WatchQuery {
  selector::LabelSelector labels;
  selector::FieldSelector fields;
  Revision after = 0;
  bool starts_with_state = false;   // synthetic ADDED events first: no revision, or 0
  bool marks_end_of_state = false;  // sendInitialEvents: a bookmark behind them
  bool wants_bookmarks = false;
  Duration timeout{0};  // 0: not asked for
};

// `name`: of `…/configmaps/NAME?watch=true`, an old spelling of a field selector; usually empty.
Result<ListQuery> parse_list_query(const net::Query& query, Revision newest);
Result<WatchQuery> parse_watch_query(const net::Query& query, std::string_view name);

// Where a list continues. Opaque to clients: base64 of JSON. Revision 0: whatever is newest then
// (what an expired token may be traded for).
std::string make_continue_token(Revision revision, std::string_view after);

// 410 for a token whose snapshot is gone; offers one for an inconsistent continuation.
Error expired_continue(std::string_view after);

}  // namespace gp::api
