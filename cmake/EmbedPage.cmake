# Writes OUT, a C++ source with the report's parts as constants: see src/report/assets.h. A script,
# for cmake -P; SCRIPTS and LICENCES are lists with "|" between their items.
cmake_minimum_required(VERSION 3.25)

set(open "R\"parts_of_page(")
set(close ")parts_of_page\"")

function(add_constant name text)
  string(FIND "${text}" "${close}" found)
  if(NOT found EQUAL -1)
    message(FATAL_ERROR "the text for ${name} holds ${close}")
  endif()
  file(APPEND ${OUT}.new "const std::string_view ${name} = ${open}${text}${close};\n")
endfunction()

# Text that stands in a <script>, where nothing may look like its end.
function(read_script file variable)
  file(READ ${file} text)
  string(REGEX REPLACE "</([sS][cC][rR][iI][pP][tT])" "<\\\\/\\1" text "${text}")
  string(REGEX REPLACE "<!--" "<\\\\!--" text "${text}")
  set(${variable} "${text}" PARENT_SCOPE)
endfunction()

file(WRITE ${OUT}.new "#include \"report/assets.h\"\n\nnamespace github_stats::assets {\n\n")
file(READ ${PAGE} text)
add_constant(kPage "${text}")
file(READ ${STYLE} text)
add_constant(kStyle "${text}")

# Modules that import each other become one: their names are different.
set(app "\n")
string(REPLACE "|" ";" SCRIPTS "${SCRIPTS}")
foreach(script IN LISTS SCRIPTS)
  read_script(${script} text)
  string(REGEX REPLACE "import [^;]+ from '\\./[a-z]+\\.mjs';\n" "" text "${text}")
  string(REGEX REPLACE "\nexport " "\n" text "${text}")
  if(text MATCHES "\n(import|export) ")
    message(FATAL_ERROR "${script} imports or exports in a way that can't be undone")
  endif()
  string(APPEND app "${text}")
endforeach()
add_constant(kApp "${app}")

read_script(${D3} text)
add_constant(kD3 "${text}")
read_script(${PLOT} text)
add_constant(kPlot "${text}")

set(all "")
string(REPLACE "|" ";" LICENCES "${LICENCES}")
foreach(licence IN LISTS LICENCES)
  file(READ ${licence} text)
  string(REPLACE "--" "- -" text "${text}")  # it stands in a comment
  string(APPEND all "${text}\n")
endforeach()
add_constant(kLicences "${all}")
file(APPEND ${OUT}.new "\n}  // namespace github_stats::assets\n")
file(RENAME ${OUT}.new ${OUT})
