#pragma once
// The events of a watch as they go over the wire: `{"type":"ADDED","object":{…}}`, one a line.
//
// Plain objects are the store's bytes, shared by all watchers; tables and metadata are made anew.

#include <memory>
#include <vector>

#include "platform/api/render.hpp"

namespace gp::api {

class EventWriter {
 public:
  EventWriter(object::KindPtr kind, Rendering rendering, Clock& clock)
      : kind_(std::move(kind)), rendering_(rendering), clock_(clock) {}

  void append(std::vector<net::Piece>& out, std::vector<store::Event> events);
  // The state that a watch begins with, as ADDED events.
  void append_state(std::vector<net::Piece>& out, std::span<const ObjectRef> objects);
  void append_bookmark(std::vector<net::Piece>& out, Revision revision, bool ends_state);
  static void append_error(std::vector<net::Piece>& out, const Error& error);

 private:
  void append_one(std::vector<net::Piece>& out, std::string_view type, const ObjectRef& object,
                  const std::shared_ptr<const void>& owner);
  std::string made_text(std::string_view type, const ObjectRef& object);

  object::KindPtr kind_;
  Rendering rendering_;
  Clock& clock_;
  bool has_columns_ = false;  // the first table carries the column definitions
};

}  // namespace gp::api
