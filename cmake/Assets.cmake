# gp_embed_assets(target folder symbol): the folder's files become part of the target as gp::web::SYMBOL().

function(gp_embed_assets target folder symbol)
  set(assembler ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.S)
  set(table ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cpp)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${folder}/*)
  add_custom_command(
    OUTPUT ${assembler} ${table}
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/embed_assets.py ${folder} ${symbol} ${assembler} ${table}
    DEPENDS ${CMAKE_SOURCE_DIR}/tools/embed_assets.py ${files}
    COMMENT "Embedding ${folder}")
  # The table is generated: our formatting and warnings of style do not apply to it, its types do.
  set_source_files_properties(${table} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  target_sources(${target} PRIVATE ${assembler} ${table})
endfunction()
