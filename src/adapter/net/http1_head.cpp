#include "adapter/net/http1_head.hpp"

#include <charconv>

#include "adapter/net/tokens.hpp"

namespace gp::net {
namespace {

// Ours to write: how the message is framed and whether the connection lives on.
bool is_ours(std::string_view name) {
  switch (name.size()) {
    case 4: return equal_ignoring_case(name, "Date");
    case 10:
      return equal_ignoring_case(name, "Connection") || equal_ignoring_case(name, "Keep-Alive");
    case 14: return equal_ignoring_case(name, "Content-Length");
    case 17: return equal_ignoring_case(name, "Transfer-Encoding");
    default: return false;
  }
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_length(std::string& out, const Response& response, Framing framing) {
  const auto declared = declared_length(response);
  if (framing == Framing::None) {
    // HEAD and 304 may say how long the body would have been; 1xx and 204 have none.
    if (!status_has_body(response.status) && response.status != 304) return;
    if (response.status == 304 && !declared) return;
    if (response.stream && !declared) return;
    out += "Content-Length: ";
    append_number(out, declared.value_or(body_size(response)));
  } else {
    out += "Content-Length: ";
    append_number(out, response.stream ? declared.value_or(0) : body_size(response));
  }
  out += "\r\n";
}

}  // namespace

bool status_has_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::size_t body_size(const Response& response) {
  std::size_t size = 0;
  for (const Piece& piece : response.body) size += piece.bytes.size();
  return size;
}

std::optional<std::uint64_t> declared_length(const Response& response) {
  const std::string_view text = response.headers.get("Content-Length");
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return length;
}

Framing choose_framing(const Response& response, const AnswerTo& request) {
  if (request.is_head || !status_has_body(response.status)) return Framing::None;
  if (!response.stream || declared_length(response)) return Framing::Length;
  return request.is_http10 ? Framing::Close : Framing::Chunked;
}

void append_head(std::string& out, const Response& response, const AnswerTo& request,
                 Framing framing, std::string_view date) {
  out.reserve(out.size() + 256);
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::uint64_t>(response.status));
  out += ' ';
  out += reason_phrase(response.status);
  out += "\r\n";
  for (const auto& [name, value] : response.headers.all()) {
    if (!is_ours(name)) append_field(out, name, value);
  }
  if (framing == Framing::Chunked) {
    out += "Transfer-Encoding: chunked\r\n";
  } else if (framing != Framing::Close) {
    append_length(out, response, framing);
  }
  if (!request.keeps_alive || framing == Framing::Close) {
    out += "Connection: close\r\n";
  } else if (request.is_http10) {
    out += "Connection: keep-alive\r\n";
  }
  append_field(out, "Date", date);
  out += "\r\n";
}

}  // namespace gp::net
