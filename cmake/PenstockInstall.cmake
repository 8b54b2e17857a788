# `cmake --install` and find_package(penstock): the rooms are exported one by one, and
# penstock::penstock stands for all of them. Only include/penstock is promised.
include(CMakePackageConfigHelpers)

get_property(rooms GLOBAL PROPERTY PENSTOCK_ROOM_TARGETS)
add_library(penstock_all INTERFACE)
set_target_properties(penstock_all PROPERTIES EXPORT_NAME penstock)
target_link_libraries(penstock_all INTERFACE ${rooms})

install(TARGETS ${rooms} penstock_all EXPORT penstock
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/penstock
        FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/penstock/internal)
install(DIRECTORY include/penstock DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT penstock NAMESPACE penstock:: FILE penstock-targets.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/penstock)
configure_package_config_file(cmake/penstock-config.cmake.in penstock-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/penstock)
write_basic_package_version_file(penstock-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/penstock-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/penstock-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/penstock)
