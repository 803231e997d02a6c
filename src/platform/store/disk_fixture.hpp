#pragma once
// A store in a file to close, damage and open again. Tests only.

#include <filesystem>
#include <fstream>

#include "adapter/files/files.hpp"
#include "adapter/sqlite/database.hpp"
#include "platform/store/store_fixture.hpp"

namespace gp::store {

struct DiskFixture : StoreFixture {
  DiskFixture() : StoreFixture({.path = ":memory:"}) {
    options.path = folder / "store.db";
    open();
  }

  void commit(Transaction transaction) {
    const auto done = store->commit(std::move(transaction));
    REQUIRE_MESSAGE(done, done.error().to_string());
  }
  void fill(int count) {
    for (int i = 0; i < count; ++i) {
      commit(create("cms", "a", fmt::format("n{:03}", i), {{"text", std::string(900, 'x')}}));
    }
  }

  // What opening says now.
  Error open_error() {
    store.reset();
    auto opened = Store::open(options, clock);
    if (!opened) return opened.error();
    store = *std::move(opened);
    return {Code::Internal, "no error", {}, {}, {}};
  }

  static std::string bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void write_to(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }
  std::string bytes() const { return bytes_of(options.path); }
  void set_bytes(const std::string& bytes) const { write_to(options.path, bytes); }
  void sql(const char* statement) {
    store.reset();
    auto database = sqlite::Database::open(options.path, sqlite::OpenMode::ReadWrite);
    REQUIRE(database);
    const auto done = database->execute(statement);
    REQUIRE_MESSAGE(done, done.error().to_string());
  }

  files::TemporaryDirectory folder;
};

// Objects, their bytes, and the revision: what must survive.
inline std::string image(const Store& store) {
  const Listed listed = *store.list({.resource = "cms"});
  std::string text = fmt::format("{}:", store.revision());
  for (const ObjectRef& object : listed.objects) text += std::string(object->json()) + "\n";
  return text;
}

}  // namespace gp::store
