# gp_module(layer/name DEPENDS modules… LINK libraries…)
#
# The folder src/layer/name becomes the library gp_layer_name of its *.cpp files (subfolders included) and,
# when it has *_test.cpp files, the test program gp_layer_name_test, known to CTest as "layer/name".

add_library(gp_pch STATIC ${CMAKE_SOURCE_DIR}/cmake/pch.cpp)
target_link_libraries(gp_pch PRIVATE fmt::fmt-header-only)
target_precompile_headers(gp_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch.hpp)
gp_settings(gp_pch)

add_library(gp_test_main OBJECT ${CMAKE_SOURCE_DIR}/tests/test_main.cpp)
target_include_directories(gp_test_main SYSTEM PRIVATE ${GP_DOCTEST_INCLUDE})
gp_settings(gp_test_main)

function(gp_module path)
  cmake_parse_arguments(arg "" "" "DEPENDS;LINK" ${ARGN})
  string(REPLACE "/" "_" name "gp_${path}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${path}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  if(NOT sources)  # a folder of headers only, or not begun
    set(sources ${CMAKE_SOURCE_DIR}/cmake/empty.cpp)
  endif()

  add_library(${name} STATIC ${sources})
  gp_settings(${name})
  target_precompile_headers(${name} REUSE_FROM gp_pch)
  target_link_libraries(${name} PUBLIC fmt::fmt-header-only ${arg_LINK})
  foreach(dependency ${arg_DEPENDS})
    string(REPLACE "/" "_" dependency "gp_${dependency}")
    target_link_libraries(${name} PUBLIC ${dependency})
  endforeach()

  if(tests)
    add_executable(${name}_test ${tests} $<TARGET_OBJECTS:gp_test_main>)
    gp_settings(${name}_test)
    target_precompile_headers(${name}_test REUSE_FROM gp_pch)
    target_include_directories(${name}_test SYSTEM PRIVATE ${GP_DOCTEST_INCLUDE})
    target_compile_definitions(${name}_test PRIVATE GP_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    target_link_libraries(${name}_test PRIVATE ${name})
    add_test(NAME ${path} COMMAND ${name}_test)
    set_tests_properties(${path} PROPERTIES TIMEOUT 300)
  endif()
endfunction()
