# Language level, warnings, hardening and sanitizers for our own targets. Third-party headers are SYSTEM.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(GP_SANITIZE "" CACHE STRING "address, thread or empty")
option(GP_FUZZ "build the fuzz targets (clang only)" OFF)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_DEPEND=1 CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()

set(gp_warnings
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual -Wnull-dereference -Wimplicit-fallthrough -Wformat=2 -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # __extension__ statement expressions are TRY; designated initialisers may leave defaulted members out.
  list(APPEND gp_warnings -Wno-gnu-statement-expression -Wno-missing-designated-field-initializers)
  set(gp_compile -fpch-instantiate-templates)
  add_link_options(-fuse-ld=lld-19)
else()
  list(APPEND gp_warnings -Wduplicated-cond -Wlogical-op -Wno-maybe-uninitialized -Wno-missing-field-initializers
       -Wno-null-dereference)
endif()

set(gp_hardening
    -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -ftrivial-auto-var-init=zero
    -D_GLIBCXX_ASSERTIONS -fPIE -pthread)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  list(APPEND gp_hardening -D_FORTIFY_SOURCE=3)
endif()
add_link_options(-pie -Wl,-z,relro,-z,now,-z,noexecstack)

if(GP_SANITIZE STREQUAL "address")
  set(gp_sanitize -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
elseif(GP_SANITIZE STREQUAL "thread")
  set(gp_sanitize -fsanitize=thread -fno-omit-frame-pointer)
endif()
if(GP_FUZZ)
  list(APPEND gp_sanitize -fsanitize=fuzzer-no-link)
endif()
if(gp_sanitize)
  add_link_options(${gp_sanitize})
endif()

function(gp_settings target)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/src)
  target_compile_options(${target} PRIVATE ${gp_warnings} ${gp_hardening} ${gp_compile} ${gp_sanitize})
endfunction()
