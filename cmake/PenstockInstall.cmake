# `cmake --install` and find_package(penstock): the rooms are exported one by one, and
# penstock::penstock stands for all of them but the command line. Only include/penstock is promised.
include(CMakePackageConfigHelpers)

get_property(rooms GLOBAL PROPERTY PENSTOCK_ROOM_TARGETS)
list(REMOVE_ITEM rooms penstock_cli)
add_library(penstock_all INTERFACE)
add_library(penstock::penstock ALIAS penstock_all)
set_target_properties(penstock_all PROPERTIES EXPORT_NAME penstock)
target_link_libraries(penstock_all INTERFACE ${rooms})

set(package_directory ${CMAKE_INSTALL_LIBDIR}/cmake/penstock)
install(TARGETS ${rooms} penstock_all EXPORT penstock
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/penstock
        FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/penstock/internal)
install(DIRECTORY include/penstock DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(EXPORT penstock NAMESPACE penstock:: FILE penstock-targets.cmake
        DESTINATION ${package_directory})
configure_package_config_file(cmake/penstock-config.cmake.in penstock-config.cmake
  INSTALL_DESTINATION ${package_directory})
write_basic_package_version_file(penstock-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/penstock-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/penstock-config-version.cmake
        DESTINATION ${package_directory})
if(TARGET penstock)
  install(TARGETS penstock RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(FILES docs/man/penstock.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES completions/penstock.bash RENAME penstock
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES completions/penstock.zsh RENAME _penstock
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES completions/penstock.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
