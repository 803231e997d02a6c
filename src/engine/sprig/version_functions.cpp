// semver and semverCompare, and the methods of a version in a template.

#include "engine/sprig/registry.hpp"
#include "engine/sprig/semver.hpp"

namespace gp::sprig {
namespace {

const tmpl::Type kVersion{"semver.Version", Kind::Struct};
const tmpl::Type kVersionPointer{"*semver.Version", Kind::Pointer, &kVersion};

class VersionHost final : public tmpl::Host {
 public:
  VersionHost(Version version, const tmpl::Type& type) : version(std::move(version)), type_(type) {}
  const tmpl::Type& type() const override { return type_; }
  std::optional<Val> field(std::string_view) const override { return std::nullopt; }
  std::optional<tmpl::Function> method(std::string_view name) const override;
  std::string text() const override { return version.text(); }

  const Version version;

 private:
  const tmpl::Type& type_;
};

Val version_value(Version version, const tmpl::Type& type) {
  return Val::host(std::make_unique<VersionHost>(std::move(version), type));
}

tmpl::Function constant(Val value) {
  return {{{}, false}, [value](Execution&, Arguments) -> Result<Val> { return value; }};
}

Val counted(std::uint64_t number) {
  return Val::integer(static_cast<std::int64_t>(number), types::kUint64);
}

// The next version of `version`, whose parts below the one that grew are gone.
Val next(Version version, std::uint64_t major, std::uint64_t minor, std::uint64_t patch) {
  const bool has_v = version.original.starts_with('v');
  version.major = major;
  version.minor = minor;
  version.patch = patch;
  version.prerelease.clear();
  version.metadata.clear();
  version.original = (has_v ? "v" : "") + version.text();
  return version_value(std::move(version), kVersion);
}

tmpl::Function comparison(const Version& version, bool (*judge)(int)) {
  return {{{&kVersionPointer}, false},
          [version, judge](Execution&, Arguments arguments) -> Result<Val> {
            if (arguments[0].is_nil())
              return fail(invalid_argument(
                  "runtime error: invalid memory address or nil pointer dereference"));
            const auto& other = static_cast<const VersionHost&>(arguments[0].host()).version;
            return Val::boolean(judge(compare(version, other)));
          }};
}

// Methods that only a pointer has.
std::optional<tmpl::Function> pointer_method(const Version& version, std::string_view name) {
  if (name == "Original") return constant(Val::string(version.original));
  if (name == "Equal") return comparison(version, [](int order) { return order == 0; });
  if (name == "LessThan") return comparison(version, [](int order) { return order < 0; });
  if (name == "LessThanEqual") return comparison(version, [](int order) { return order <= 0; });
  if (name == "GreaterThan") return comparison(version, [](int order) { return order > 0; });
  if (name == "GreaterThanEqual") return comparison(version, [](int order) { return order >= 0; });
  if (name == "Compare") {
    return tmpl::Function{
        {{&kVersionPointer}, false}, [version](Execution&, Arguments arguments) -> Result<Val> {
          const auto& other = static_cast<const VersionHost&>(arguments[0].host()).version;
          return Val::integer(compare(version, other));
        }};
  }
  return std::nullopt;
}

tmpl::Function with_part(const Version& version, std::string Version::* part, char mark) {
  return {{{&types::kString}, false},
          [version, part, mark](Execution&, Arguments arguments) -> Result<Val> {
            Version changed = version;
            changed.*part = arguments[0].text();
            // Read again, to refuse what no version may hold.
            if (!arguments[0].text().empty()) {
              auto checked =
                  Version::parse("1.0.0" + std::string(1, mark) + std::string(arguments[0].text()));
              if (!checked)
                return fail(invalid_argument(
                    "{}", mark == '-' ? "Invalid Prerelease string" : "Invalid Metadata string"));
            }
            changed.original = (version.original.starts_with('v') ? "v" : "") + changed.text();
            return version_value(std::move(changed), kVersion);
          }};
}

std::optional<tmpl::Function> VersionHost::method(std::string_view name) const {
  const Version& v = version;
  if (name == "Major") return constant(counted(v.major));
  if (name == "Minor") return constant(counted(v.minor));
  if (name == "Patch") return constant(counted(v.patch));
  if (name == "Prerelease") return constant(Val::string(v.prerelease));
  if (name == "Metadata") return constant(Val::string(v.metadata));
  if (name == "String") return constant(Val::string(v.text()));
  if (name == "IncMajor") return constant(next(v, v.major + 1, 0, 0));
  if (name == "IncMinor") return constant(next(v, v.major, v.minor + 1, 0));
  if (name == "IncPatch")
    return constant(next(v, v.major, v.minor, v.patch + (v.prerelease.empty() ? 1 : 0)));
  if (name == "SetPrerelease") return with_part(v, &Version::prerelease, '-');
  if (name == "SetMetadata") return with_part(v, &Version::metadata, '+');
  if (&type_ == &kVersionPointer) return pointer_method(v, name);
  return std::nullopt;
}

Result<Val> semver(Arguments arguments) {
  Version version = TRY(Version::parse(arguments[0].text()));
  return version_value(std::move(version), kVersionPointer);
}

Result<Val> semver_compare(Arguments arguments) {
  const VersionConstraint constraint = TRY(VersionConstraint::parse(arguments[0].text()));
  const Version version = TRY(Version::parse(arguments[1].text()));
  return Val::boolean(constraint.allows(version));
}

}  // namespace

void add_semver(Registry& registry) {
  registry.add({"semver"}, {&types::kString}, semver);
  registry.add({"semverCompare"}, {&types::kString, &types::kString}, semver_compare);
}

}  // namespace gp::sprig
