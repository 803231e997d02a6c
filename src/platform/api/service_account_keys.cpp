#include "platform/api/service_account_keys.hpp"

#include <algorithm>
#include <filesystem>

#include "adapter/files/files.hpp"

namespace gp::api {
namespace {

namespace fs = std::filesystem;

Result<jose::Key> public_part(const jose::Key& key) {
  auto part = jose::Key::parse_public_pem(key.to_public_pem());
  if (part) part = part->with_id(key.der_thumbprint());
  return part;
}

Result<jose::Key> ensure_signer(const std::string& path) {
  std::error_code ignored;
  if (fs::exists(path, ignored)) {
    const std::string pem = TRY(files::read_file(path));
    auto key = jose::Key::parse_private_pem(pem);
    if (key) return key;
    return fail(std::move(key.error())
                    .with_context(path)
                    .with_hint("put the key back, or remove the file: all service-account tokens "
                               "end then"));
  }
  const jose::Key key = TRY(jose::Key::generate(jose::KeyType::Rsa));
  TRY(files::ensure_directory(fs::path(path).parent_path().string(), 0700));
  TRY(files::write_file_atomic(path, key.to_private_pem(), {.mode = 0600}));
  return key;
}

std::vector<std::string> older_files(const std::string& folder) {
  std::vector<std::string> found;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    const bool is_key = name.ends_with(".key") || name.ends_with(".pub");
    if (name.starts_with("sa-") && is_key) found.push_back(entry.path().string());
  }
  std::ranges::sort(found);
  return found;
}

Result<jose::Key> read_older(const std::string& path) {
  const std::string pem = TRY(files::read_file(path));
  auto key =
      path.ends_with(".key") ? jose::Key::parse_private_pem(pem) : jose::Key::parse_public_pem(pem);
  if (!key) return fail(std::move(key.error()).with_context(path));
  return public_part(*key);
}

}  // namespace

ServiceAccountKeys service_account_keys(const jose::Key& signer) {
  const auto half = public_part(signer);
  GP_CHECK(half.has_value(), "a private key has a public part");
  return {signer.with_id(signer.der_thumbprint()), jose::KeySet({*half})};
}

Result<ServiceAccountKeys> ensure_service_account_keys(const std::string& data_dir) {
  const std::string folder = data_dir + "/pki";
  const jose::Key signer = TRY(ensure_signer(folder + "/sa.key"));
  ServiceAccountKeys keys = service_account_keys(signer);
  for (const std::string& path : older_files(folder)) {
    jose::Key key = TRY(read_older(path));
    if (!keys.verifiers.contains(key.id())) keys.verifiers.add(std::move(key));
  }
  return keys;
}

}  // namespace gp::api
