#include <zlib.h>

#include "engine/helm/archive.hpp"
#include "engine/helm/fixture.hpp"
#include "engine/helm/glob.hpp"
#include "engine/helm/ignore.hpp"

namespace gp::helm {
namespace {

std::string tar_entry(const std::string& name, const std::string& data, char type = '0') {
  std::string header(512, '\0');
  header.replace(0, name.size(), name);
  header.replace(124, 11, fmt::format("{:011o}", data.size()));
  header[156] = type;
  header.replace(257, 6, std::string("ustar\0", 6));
  header.replace(148, 8, 8, ' ');
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  header.replace(148, 7, fmt::format("{:06o}", sum) + std::string(1, '\0'));
  std::string padded = data;
  padded.resize((data.size() + 511) / 512 * 512, '\0');
  return header + padded;
}

std::string gzip(const std::string& text) {
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

const std::string kChartYaml = "apiVersion: v2\nname: web\nversion: 1.0.0\n";

std::string archive_error(const std::string& entry, const LoadLimits& limits = {}) {
  const auto files = read_archive(gzip(entry), limits);
  return files ? "none" : files.error().message;
}

std::string chart_error(const std::string& chart_yaml) {
  const auto chart = load_chart({{"Chart.yaml", chart_yaml}});
  return chart ? "none" : chart.error().message;
}

}  // namespace

TEST_CASE("helm: an archive becomes a chart, with those packed inside it") {
  const std::string inner =
      gzip(tar_entry("db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 0.1.0\n"));
  const auto chart = load_archive(gzip(tar_entry("web/Chart.yaml", kChartYaml) +
                                       tar_entry("web/charts/db-0.1.0.tgz", inner) +
                                       tar_entry("web/templates/a.yaml", "a: 1\n")));

  REQUIRE(chart);
  CHECK((*chart)->templates.at(0).name == "templates/a.yaml");
  CHECK((*chart)->dependencies.at(0)->metadata.name == "db");
}

TEST_CASE("helm: an archive that leads out of the chart is refused") {
  CHECK(archive_error(tar_entry("web/../../etc/passwd", "x")) ==
        "chart illegally references parent directory");
  CHECK(archive_error(tar_entry("web//etc/passwd", "x")) ==
        "chart illegally contains absolute paths");
  CHECK(archive_error(tar_entry("Chart.yaml", "x")) == "chart yaml not in base directory");
}

TEST_CASE("helm: links in an archive are left out") {
  const auto files =
      read_archive(gzip(tar_entry("web/link", "", '2') + tar_entry("web/Chart.yaml", kChartYaml)));

  REQUIRE(files);
  CHECK(files->size() == 1);
}

TEST_CASE("helm: an archive bomb is refused before it is unpacked") {
  const std::string zeros(4 << 20, '\0');

  CHECK(archive_error(tar_entry("web/a", zeros), {.file_bytes_max = 1 << 20})
            .starts_with("decompressed chart file \"web/a\" is larger than the maximum file size"));
  CHECK(archive_error(tar_entry("web/a", zeros), {.bytes_max = 1 << 20})
            .starts_with("decompressed chart is larger than the maximum size"));
}

TEST_CASE("helm: a damaged archive is an error") {
  const std::string whole = gzip(tar_entry("web/Chart.yaml", kChartYaml));

  CHECK_FALSE(read_archive("not gzip"));
  CHECK_FALSE(read_archive(std::string_view(whole).substr(0, whole.size() / 2)));
  CHECK_FALSE(read_archive(gzip(std::string(700, 'x'))));
}

TEST_CASE("helm: Chart.yaml is checked in Helm's words") {
  CHECK(chart_error(kChartYaml) == "none");
  CHECK(chart_error("apiVersion: v2\nversion: 1.0.0\n") ==
        "validation: chart.metadata.name is required");
  CHECK(chart_error("name: a\nversion: one\n") ==
        "validation: chart.metadata.version \"one\" is invalid");
  CHECK(chart_error(kChartYaml + "type: odd\n") ==
        "validation: chart.metadata.type must be application or library");
  CHECK(chart_error(kChartYaml + "dependencies: [{name: a}, {name: a}]\n") ==
        "validation: more than one dependency with name or alias \"a\"");
  CHECK(load_chart({}).error().message == "Chart.yaml file is missing");
}

TEST_CASE("helm: numbers in Chart.yaml become text") {
  const auto chart = load_chart({{"Chart.yaml", kChartYaml + "appVersion: 1.10\n"}});

  REQUIRE(chart);
  CHECK((*chart)->metadata.app_version == "1.1");
}

TEST_CASE("helm: .helmignore") {
  const auto rules = IgnoreRules::parse("# note\n*.bak\n/top.txt\nsub/*.md\ndir/\n");
  REQUIRE(rules);

  CHECK(rules->ignores("a/b.bak", false));
  CHECK(rules->ignores("top.txt", false));
  CHECK_FALSE(rules->ignores("a/top.txt", false));
  CHECK(rules->ignores("sub/x.md", false));
  CHECK(rules->ignores("dir", true));
  CHECK_FALSE(rules->ignores("dir", false));
  CHECK(rules->ignores("templates/.hidden", false));
  CHECK_FALSE(IgnoreRules::parse("a/**"));
  CHECK(IgnoreRules::parse("!keep.md")->ignores("other.md", false));
}

TEST_CASE("helm: patterns of files") {
  CHECK(path_match("templates/*.yaml", "templates/a.yaml") == true);
  CHECK(path_match("templates/*.yaml", "templates/x/a.yaml") == false);
  CHECK(path_match("[a-c]?", "bx") == true);
  CHECK(path_match("[a", "a") == std::nullopt);
  CHECK(Glob("**/c.txt").matches("a/b/c.txt"));
  CHECK(Glob("{a,b}/*").matches("b/x"));
  CHECK_FALSE(Glob("[!a]").matches("a"));
  CHECK(Glob("[").matches("anything"));
}

}  // namespace gp::helm
