#include "feature/gitops/chart_repositories.hpp"

#include <algorithm>
#include <filesystem>

#include "adapter/files/files.hpp"
#include "base/digest.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "engine/helm/archive.hpp"
#include "feature/gitops/oci_registry.hpp"

namespace gp::gitops {
namespace {

constexpr Duration kAgeMax = std::chrono::minutes(3);
constexpr std::string_view kOci = "oci://";

// Argo CD writes registries without a scheme.
bool is_registry(std::string_view url) {
  return url.starts_with(kOci) || !url.contains("://");
}

std::string without_end_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::string repository_of(const ChartWanted& wanted) {
  return without_end_slash(wanted.url) + "/" + wanted.chart;
}

// As read_listing() writes the tags of a registry: a version a line.
ChartIndex index_of_lines(const std::string& chart, std::string_view text) {
  ChartIndex index;
  for (const std::string_view line : split(text, '\n')) {
    if (!line.empty()) index[chart].push_back({std::string(line), {}, {}});
  }
  return index;
}

Result<> write_chart(const std::string& folder, std::string_view archive) {
  const std::vector<helm::File> list = TRY(helm::read_archive(archive));
  for (const helm::File& file : list)
    TRY(files::write_file_atomic(folder + "/" + file.name, file.data,
                                 {.mode = 0644, .sync = false}));
  return {};
}

}  // namespace

struct ChartRepositories::Listing {
  std::string file;  // its text, for when the network is down
  std::mutex mutex;  // guards the fields below; held while it is asked, as all wait for it
  std::optional<ChartIndex> index;
  std::optional<Duration> asked;
};

ChartRepositories::ChartRepositories(std::string folder, Clock& clock,
                                     FindCredentials find_credentials)
    : folder_(std::move(folder)), clock_(clock), find_credentials_(std::move(find_credentials)) {}

ChartRepositories::~ChartRepositories() = default;

ChartRepositories::Listing& ChartRepositories::listing(const std::string& url) {
  const std::lock_guard lock(mutex_);
  auto& slot = listings_[url];
  if (!slot) {
    slot = std::make_unique<Listing>();
    slot->file = fmt::format("{}/listings/{}", folder_, sha1_hex(url));
  }
  return *slot;
}

Result<Checkout> ChartRepositories::checkout(const Context& context, const ChartWanted& wanted,
                                             bool is_hard) {
  // It becomes the name of a folder.
  if (wanted.chart.contains("..") || wanted.chart.starts_with('/'))
    return fail(invalid_argument("\"{}\" is no name of a chart", wanted.chart));
  const bool is_oci = is_registry(wanted.url);
  Listing& listing = this->listing(is_oci ? repository_of(wanted) : without_end_slash(wanted.url));
  const std::lock_guard lock(listing.mutex);

  const bool is_exact = is_exact_version(wanted.version);
  ChartEntry entry{wanted.version, {}, {}};
  if (is_exact && !is_hard) {
    if (auto known = unpacked(wanted, entry)) return *std::move(known);
  }
  if (!is_exact || !is_oci) {
    TRY(refresh(context, listing, wanted, is_hard));
    const std::vector<ChartEntry>& offered = (*listing.index)[wanted.chart];
    std::vector<std::string> versions;
    for (const ChartEntry& one : offered) versions.push_back(one.version);
    const std::string best = best_chart_version(versions, wanted.version);
    const auto found = std::ranges::find(offered, best, &ChartEntry::version);
    if (found == offered.end()) {
      return fail(not_found("chart \"{}\" version \"{}\" is not in {}", wanted.chart,
                            wanted.version, wanted.url)
                      .with_hint(versions.empty() ? "it has no chart of this name"
                                                  : "it has " + versions.front()));
    }
    entry = *found;
  }
  if (!is_hard || !entry.digest.empty()) {
    if (auto known = unpacked(wanted, entry)) return *std::move(known);
  }
  auto archive = download(context, wanted, entry);
  if (!archive) {
    auto known = unpacked(wanted, {entry.version, {}, {}});
    const bool is_away =
        archive.error().code == Code::Unavailable || archive.error().code == Code::DeadlineExceeded;
    if (!known || !is_away) return fail(std::move(archive).error());
    log::warn("gitops", "a chart cannot be downloaded; what is known of it is used",
              {{"url", wanted.url}, {"chart", wanted.chart}, {"error", archive.error().message}});
    return *std::move(known);
  }
  return unpack(wanted, entry, *archive);
}

// What the listing says now; what it said before when the network is down.
Result<> ChartRepositories::refresh(const Context& context, Listing& listing,
                                    const ChartWanted& wanted, bool is_hard) {
  const bool is_fresh = listing.asked && clock_.monotonic() - *listing.asked < kAgeMax;
  if (listing.index && is_fresh && !is_hard) return {};
  const auto parse = [&](std::string_view text) -> Result<ChartIndex> {
    if (is_registry(wanted.url)) return index_of_lines(wanted.chart, text);
    auto index = parse_chart_index(text);
    if (!index) return fail(std::move(index.error()).with_context(wanted.url + "/index.yaml"));
    return index;
  };
  auto text = read_listing(context, wanted);
  if (text) {
    ChartIndex index = TRY(parse(*text));
    TRY(files::write_file_atomic(listing.file, *text, {.mode = 0600, .sync = false}));
    listing.index = std::move(index);
    listing.asked = clock_.monotonic();
    return {};
  }
  const bool is_away =
      text.error().code == Code::Unavailable || text.error().code == Code::DeadlineExceeded;
  if (!is_away) return fail(std::move(text).error());
  if (!listing.index) {
    const auto kept = files::read_file(listing.file, kIndexBytesMax);
    if (!kept) return fail(std::move(text).error());
    ChartIndex index = TRY(parse(*kept));
    listing.index = std::move(index);
  }
  log::warn("gitops", "a chart repository cannot be asked; what is known of it is used",
            {{"url", wanted.url}, {"error", text.error().message}});
  return {};
}

Result<std::string> ChartRepositories::read_listing(const Context& context,
                                                    const ChartWanted& wanted) {
  const git::Credentials credentials = find_credentials_(context, wanted.url);
  if (!is_registry(wanted.url)) {
    const std::string url = resolve_chart_url(wanted.url, "index.yaml");
    return fetch(
        context, client_,
        {url, kIndexBytesMax, basic_authorization(credentials), {}, credentials.skips_tls_verify});
  }
  OciRegistry registry =
      TRY(OciRegistry::open(context, client_, repository_of(wanted), credentials));
  const std::vector<std::string> versions = TRY(registry.versions());
  std::string lines;
  for (const std::string& version : versions) lines += version + "\n";
  return lines;
}

Result<ChartRepositories::Archive> ChartRepositories::download(const Context& context,
                                                               const ChartWanted& wanted,
                                                               const ChartEntry& entry) {
  git::Credentials credentials = find_credentials_(context, wanted.url);
  const std::string url =
      entry.urls.empty() ? "" : resolve_chart_url(wanted.url, entry.urls.front());
  std::string bytes;
  if (is_registry(wanted.url) || url.starts_with(kOci)) {
    std::string repository = repository_of(wanted);
    if (!is_registry(wanted.url)) {  // an index whose charts are in a registry: "oci://…:1.2.3"
      repository = url.substr(0, url.rfind(':'));
      credentials = find_credentials_(context, repository);
    }
    OciRegistry registry =
        TRY(OciRegistry::open(context, client_, repository, std::move(credentials)));
    bytes = TRY(registry.pull(entry.version));
  } else {
    Download download{url, kChartBytesMax, {}, {}, false};
    if (origin_of(url) == origin_of(wanted.url)) {
      download.authorization = basic_authorization(credentials);
      download.skips_tls_verify = credentials.skips_tls_verify;
    }
    bytes = TRY(fetch(context, client_, download));
    if (!entry.digest.empty()) TRY(check_digest(url, bytes, entry.digest));
  }
  std::string digest = sha256_hex(bytes);
  return Archive{std::move(bytes), std::move(digest)};
}

// Where the digest of a version's archive is remembered.
std::string ChartRepositories::memory_of(const ChartWanted& wanted,
                                         const std::string& version) const {
  return fmt::format(
      "{}/versions/{}", folder_,
      sha1_hex(fmt::format("{}\n{}\n{}", without_end_slash(wanted.url), wanted.chart, version)));
}

std::optional<Checkout> ChartRepositories::unpacked(const ChartWanted& wanted,
                                                    const ChartEntry& entry) const {
  const auto digest = files::read_file(memory_of(wanted, entry.version));
  if (!digest || (!entry.digest.empty() && entry.digest != *digest)) return std::nullopt;
  std::string root = fmt::format("{}/trees/{}", folder_, *digest);
  if (!files::is_directory(root + "/" + wanted.chart)) return std::nullopt;
  return Checkout{std::move(root), entry.version};
}

Result<Checkout> ChartRepositories::unpack(const ChartWanted& wanted, const ChartEntry& entry,
                                           const Archive& archive) {
  std::string root = fmt::format("{}/trees/{}", folder_, archive.digest);
  const std::string place = root + "/" + wanted.chart;
  if (!files::is_directory(place)) {
    // Under another name until it is whole. Repositories may share an archive, hence the lock.
    const std::lock_guard lock(mutex_);
    const std::string part = root + ".part";
    TRY(files::remove_tree(part));
    auto written = write_chart(part, archive.bytes);
    if (!written) {
      const auto removed = files::remove_tree(part);
      return fail(
          std::move(written.error())
              .with_context(fmt::format("{} {} of {}", wanted.chart, entry.version, wanted.url)));
    }
    TRY(files::ensure_directory(std::filesystem::path(place).parent_path().string()));
    std::error_code error;
    if (!files::is_directory(place)) std::filesystem::rename(part, place, error);
    if (error) return fail(internal_error("{}: {}", place, error.message()));
  }
  TRY(files::write_file_atomic(memory_of(wanted, entry.version), archive.digest,
                               {.mode = 0644, .sync = false}));
  return Checkout{std::move(root), entry.version};
}

}  // namespace gp::gitops
