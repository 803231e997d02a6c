# gp_embed(layer/name symbol files…): the texts become read-only data of the module's library, in the order of
# their names: `extern const std::span<const std::string_view> symbol;` in namespace gp.
#
# Run as a script (-P) it writes the .cpp; included, it defines the function that asks for it.

if(CMAKE_SCRIPT_MODE_FILE)
  set(code "#include <array>\n#include <span>\n#include <string_view>\n\nnamespace gp {\nnamespace {\n")
  set(entries "")
  set(index 0)
  foreach(file ${FILES})
    file(READ "${file}" text)
    # Compilers promise no more than 64 KB for one literal; adjacent ones join.
    string(LENGTH "${text}" size)
    string(APPEND code "constexpr std::string_view kText${index} =\n")
    set(begin 0)
    while(begin LESS size)
      string(SUBSTRING "${text}" ${begin} 16000 piece)
      string(APPEND code "R\"~gp~(${piece})~gp~\"\n")
      math(EXPR begin "${begin} + 16000")
    endwhile()
    string(APPEND code ";\n")
    string(APPEND entries "kText${index}, ")
    math(EXPR index "${index} + 1")
  endforeach()
  string(APPEND code "constexpr std::array<std::string_view, ${index}> kTexts = {${entries}};\n}  // namespace\n")
  string(APPEND code "extern const std::span<const std::string_view> ${SYMBOL};\n")
  string(APPEND code "const std::span<const std::string_view> ${SYMBOL}(kTexts);\n}  // namespace gp\n")
  file(WRITE "${OUTPUT}" "${code}")
  return()
endif()

set(GP_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(gp_embed path symbol)
  string(REPLACE "/" "_" name "gp_${path}")
  file(GLOB files CONFIGURE_DEPENDS ${ARGN})
  list(SORT files)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embed/${symbol}.cpp)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} "-DFILES=${files}" -DSYMBOL=${symbol} -DOUTPUT=${output} -P ${GP_EMBED_SCRIPT}
    DEPENDS ${files} ${GP_EMBED_SCRIPT} VERBATIM)
  target_sources(${name} PRIVATE ${output})
endfunction()
