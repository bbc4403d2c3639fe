# Builds the text files of a folder into a library.
#
#   embed_texts(embedded DIRECTORY sql EXTENSION sql HEADER warehouse/sql_texts.h FUNCTION sql_texts)
#
# sets `embedded` to a source that is written anew whenever a text changes. It defines FUNCTION as
# HEADER declares it: it gives each file's path without the extension, and the file's text without
# the last newline, in the order of their paths. A new file needs no mention elsewhere.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(_embed_texts_script ${CMAKE_CURRENT_LIST_FILE})

  function(embed_texts output)
    cmake_parse_arguments(EMBED "" "DIRECTORY;EXTENSION;HEADER;FUNCTION" "" ${ARGN})
    set(directory ${CMAKE_CURRENT_SOURCE_DIR}/${EMBED_DIRECTORY})
    set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded_${EMBED_FUNCTION}.cc)
    file(GLOB_RECURSE texts CONFIGURE_DEPENDS ${directory}/*.${EMBED_EXTENSION})
    add_custom_command(
      OUTPUT ${source}
      COMMAND ${CMAKE_COMMAND} -D directory=${directory} -D extension=${EMBED_EXTENSION}
              -D header=${EMBED_HEADER} -D function=${EMBED_FUNCTION} -D source=${source}
              -P ${_embed_texts_script}
      DEPENDS ${texts} ${_embed_texts_script}
      VERBATIM)
    set(${output} ${source} PARENT_SCOPE)
  endfunction()
  return()
endif()

file(GLOB_RECURSE texts RELATIVE ${directory} ${directory}/*.${extension})
list(SORT texts)
set(generated "// Written by cmake/EmbedTexts.cmake.\n#include \"${header}\"\n\n")
string(APPEND generated "namespace github_stats {\nnamespace {\n\n")
string(APPEND generated "constexpr EmbeddedText kTexts[] = {\n")
foreach(path IN LISTS texts)
  string(REGEX REPLACE "\\.${extension}$" "" name ${path})
  file(READ ${directory}/${path} text)
  string(REGEX REPLACE "\n$" "" text "${text}")
  string(APPEND generated "    {\"${name}\",\n     R\"text(${text})text\"},\n")
endforeach()
string(APPEND generated "};\n\n}  // namespace\n\n")
string(APPEND generated "std::span<const EmbeddedText> ${function}() { return kTexts; }\n\n")
string(APPEND generated "}  // namespace github_stats\n")
file(WRITE ${source} "${generated}")
