#include "adapter/net/out_queue.hpp"

#include <doctest/doctest.h>

using namespace gp::net;

namespace {

std::string gathered(const OutQueue& queue) {
  std::array<iovec, 8> pieces;
  std::string text;
  const std::size_t count = queue.gather(pieces);
  for (std::size_t i = 0; i < count; ++i) {
    text.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
  }
  return text;
}

}  // namespace

TEST_CASE("out queue: pieces are sent from where they lie, and let go once sent") {
  OutQueue queue;
  const auto owner = std::make_shared<const std::string>(600, 's');
  queue.copy("head ");
  queue.push({*owner, owner});
  queue.copy(" tail");

  CHECK(gathered(queue) == "head " + *owner + " tail");
  std::array<iovec, 8> pieces;
  queue.gather(pieces);
  CHECK(pieces[1].iov_base == owner->data());
  queue.consume(8);
  CHECK(gathered(queue) == owner->substr(3) + " tail");
  CHECK(owner.use_count() == 2);
  queue.consume(597);
  CHECK(owner.use_count() == 1);
  queue.consume(5);
  CHECK(queue.empty());
}

TEST_CASE("out queue: the front is joined up to the room, and not copied when it is long enough") {
  OutQueue queue;
  std::array<char, 6> room;
  queue.copy("ab");
  queue.push(Piece::own("cdefghijkl" + std::string(600, 'm')));

  CHECK(queue.front(room) == "abcdef");
  CHECK(queue.front(room).data() == room.data());
  queue.consume(3);
  CHECK(queue.front(room) == "defghi");
  CHECK(queue.front(room).data() != room.data());
}
