// The query of a list or watch, as in a URL: read or refused in a Status, and never both a name and
// something else. A token that we made leads back to where it was made.

#include "platform/api/list_query.hpp"

#include "base/encoding.hpp"
#include "fuzz_input.hpp"
#include "platform/api/status.hpp"

namespace {

void check_refusal(const gp::Error& error) {
  const int code = gp::api::status::http_code(error);
  GP_CHECK(code == 400 || code == 410 || code == 422 || code == 504, "a refusal blames the client");
  GP_CHECK(!error.message.empty(), "an error says something");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gp;
  constexpr object::Revision kNewest = 1000;
  const std::string_view text = fuzz::text_of(data, size);
  const auto query = net::Query::parse(text);
  if (!query) return 0;

  if (const auto list = api::parse_list_query(*query, kNewest); !list) {
    check_refusal(list.error());
  } else {
    GP_CHECK(list->is_continued || list->at <= kNewest, "nobody reads the future");
    GP_CHECK(list->has_selector() == (!list->labels.empty() || !list->fields.empty()), "selectors");
  }
  for (const std::string_view name : {"", "a"}) {
    const auto watch = api::parse_watch_query(*query, name);
    if (!watch) {
      check_refusal(watch.error());
      continue;
    }
    GP_CHECK(watch->timeout >= Duration::zero(), "no watch ends before it begins");
    GP_CHECK(watch->timeout <= std::chrono::hours(24), "nor later than tomorrow");
    if (!name.empty()) {
      GP_CHECK(watch->fields.required_value("metadata.name") == name, "the name is kept");
    }
  }

  const std::string after = "ns/" + std::string(text.substr(0, 100));
  net::Query own;
  own.add("continue", api::make_continue_token(7, after));
  const auto continued = api::parse_list_query(own, kNewest);
  if (is_utf8(after)) {
    GP_CHECK(continued && continued->at == 7 && continued->continue_after == after,
             "our own token leads back");
  }
  return 0;
}
