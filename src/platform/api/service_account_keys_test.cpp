#include "platform/api/service_account_keys.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>

#include "adapter/files/files.hpp"

namespace gp::api {
namespace {

namespace fs = std::filesystem;

struct Fixture {
  std::string folder;

  Fixture() {
    std::string pattern = (fs::temp_directory_path() / "gp-keys-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    folder = pattern;
  }
  ~Fixture() { fs::remove_all(folder); }
  std::string path(std::string_view name) const { return fmt::format("{}/pki/{}", folder, name); }
};

TEST_CASE_FIXTURE(Fixture, "service account keys: made once, for their owner's eyes only") {
  const auto first = ensure_service_account_keys(folder);
  REQUIRE(first);
  CHECK(first->signer.type() == jose::KeyType::Rsa);
  CHECK(fs::status(path("sa.key")).permissions() ==
        (fs::perms::owner_read | fs::perms::owner_write));

  const auto second = ensure_service_account_keys(folder);
  REQUIRE(second);
  CHECK(second->signer.id() == first->signer.id());
  REQUIRE(second->verifiers.keys().size() == 1);
  CHECK_FALSE(second->verifiers.keys()[0].is_private());
}

TEST_CASE_FIXTURE(Fixture, "service account keys: a renamed key verifies, a new one signs") {
  const jose::Key old = *jose::Key::generate(jose::KeyType::EcP256);
  REQUIRE(ensure_service_account_keys(folder));
  REQUIRE(files::write_file_atomic(path("sa-old.key"), old.to_private_pem(), {.mode = 0600}));
  REQUIRE(files::write_file_atomic(path("sa-same.pub"), old.to_public_pem(), {.mode = 0600}));

  const auto keys = ensure_service_account_keys(folder);
  REQUIRE(keys);
  CHECK(keys->verifiers.keys().size() == 2);
  CHECK(keys->verifiers.contains(old.der_thumbprint()));
  CHECK(keys->signer.id() != old.der_thumbprint());
}

TEST_CASE_FIXTURE(Fixture, "service account keys: a damaged key is named, and never replaced") {
  REQUIRE(ensure_service_account_keys(folder));
  REQUIRE(files::write_file_atomic(path("sa.key"), "damaged", {.mode = 0600}));
  const auto keys = ensure_service_account_keys(folder);
  REQUIRE_FALSE(keys);
  CHECK(keys.error().message ==
        fmt::format("{}: not a private key in PEM without a pass phrase", path("sa.key")));
  CHECK(*files::read_file(path("sa.key")) == "damaged");
}

}  // namespace
}  // namespace gp::api
