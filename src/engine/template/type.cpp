#include "engine/template/type.hpp"

namespace gp::tmpl::types {

const Type kBool{"bool", Kind::Bool};
const Type kInt{"int", Kind::Int};
const Type kInt64{"int64", Kind::Int64};
const Type kUint8{"uint8", Kind::Uint8};
const Type kUint64{"uint64", Kind::Uint64};
const Type kFloat64{"float64", Kind::Float64};
const Type kComplex128{"complex128", Kind::Complex128};
const Type kString{"string", Kind::String};
const Type kInterface{"interface {}", Kind::Interface};
const Type kFunc{"func()", Kind::Func};
const Type kError{"error", Kind::Interface};
const Type kList{"[]interface {}", Kind::Slice, &kInterface};
const Type kStrings{"[]string", Kind::Slice, &kString};
const Type kBytes{"[]uint8", Kind::Slice, &kUint8};
const Type kMap{"map[string]interface {}", Kind::Map, &kInterface};
const Type kReflect{"reflect.Value", Kind::Struct};

}  // namespace gp::tmpl::types
