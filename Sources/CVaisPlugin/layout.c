/// Nothing here runs: it makes the compiler check that every struct of the ABI lies in memory as plugins already built expect.
/// Offsets never change; a field appended to a struct adds a line and raises the size.
#include "vais.h"

#define SIZE(type, size) _Static_assert(sizeof(type) == (size), "size of " #type)
/// The size a struct had in ABI 1.0, which every 1.x must accept: it never changes, while the struct's own size may rise.
#define SINCE_1_0(type, constant, size) \
    _Static_assert((constant) == (size) && sizeof(type) >= (size), "size of " #type " in ABI 1.0")
#define AT(type, field, offset) _Static_assert(offsetof(type, field) == (offset), "offset of " #type "." #field)

// ---- vais/base.h ------------------------------------------------------------------------------------------------

SIZE(vais_span, 16);
AT(vais_span, data, 0);
AT(vais_span, size, 8);

SIZE(vais_error, 48);
SINCE_1_0(vais_error, VAIS_ERROR_SIZE_1_0, 48);
AT(vais_error, struct_size, 0);
AT(vais_error, place, 4);
AT(vais_error, position, 8);
AT(vais_error, message_capacity, 12);
AT(vais_error, vendor_code, 16);
AT(vais_error, sqlstate, 24);
AT(vais_error, message, 32);
AT(vais_error, message_size, 40);

SIZE(vais_call, 32);
SINCE_1_0(vais_call, VAIS_CALL_SIZE_1_0, 32);
AT(vais_call, struct_size, 0);
AT(vais_call, flags, 4);
AT(vais_call, deadline, 8);
AT(vais_call, cancelled, 16);
AT(vais_call, error, 24);

SIZE(vais_cell, 16);
AT(vais_cell, type, 0);
AT(vais_cell, size, 4);
AT(vais_cell, value, 8);

SIZE(vais_page, 72);
SINCE_1_0(vais_page, VAIS_PAGE_SIZE_1_0, 72);
AT(vais_page, struct_size, 0);
AT(vais_page, row_count, 4);
AT(vais_page, cells, 8);
AT(vais_page, cell_capacity, 16);
AT(vais_page, cell_count, 24);
AT(vais_page, bytes, 32);
AT(vais_page, byte_capacity, 40);
AT(vais_page, byte_count, 48);
AT(vais_page, cells_needed, 56);
AT(vais_page, bytes_needed, 64);

SIZE(vais_setting, 32);
AT(vais_setting, key, 0);
AT(vais_setting, value, 16);

SIZE(vais_setting_schema, 64);
SINCE_1_0(vais_setting_schema, VAIS_SETTING_SCHEMA_SIZE_1_0, 64);
AT(vais_setting_schema, struct_size, 0);
AT(vais_setting_schema, type, 4);
AT(vais_setting_schema, flags, 8);
AT(vais_setting_schema, reserved, 12);
AT(vais_setting_schema, key, 16);
AT(vais_setting_schema, default_value, 32);
AT(vais_setting_schema, help, 48);

// ---- vais/plugin.h ----------------------------------------------------------------------------------------------

SIZE(vais_host, 56);
SINCE_1_0(vais_host, VAIS_HOST_SIZE_1_0, 56);
AT(vais_host, struct_size, 0);
AT(vais_host, abi_major, 4);
AT(vais_host, abi_minor, 8);
AT(vais_host, reserved, 12);
AT(vais_host, name, 16);
AT(vais_host, version, 32);
AT(vais_host, get_interface, 48);

SIZE(vais_plugin, 112);
SINCE_1_0(vais_plugin, VAIS_PLUGIN_SIZE_1_0, 112);
AT(vais_plugin, struct_size, 0);
AT(vais_plugin, magic, 4);
AT(vais_plugin, abi_major, 8);
AT(vais_plugin, abi_minor, 12);
AT(vais_plugin, thread_model, 16);
AT(vais_plugin, setting_count, 20);
AT(vais_plugin, id, 24);
AT(vais_plugin, version, 40);
AT(vais_plugin, license, 56);
AT(vais_plugin, summary, 72);
AT(vais_plugin, settings, 88);
AT(vais_plugin, setting_stride, 96);
AT(vais_plugin, get_interface, 104);

// ---- vais/log.h -------------------------------------------------------------------------------------------------

SIZE(vais_host_log, 24);
SINCE_1_0(vais_host_log, VAIS_HOST_LOG_SIZE_1_0, 24);
AT(vais_host_log, struct_size, 0);
AT(vais_host_log, reserved, 4);
AT(vais_host_log, log, 8);
AT(vais_host_log, enabled, 16);

// ---- vais/storage.h ---------------------------------------------------------------------------------------------

SIZE(vais_column, 32);
SINCE_1_0(vais_column, VAIS_COLUMN_SIZE_1_0, 32);
AT(vais_column, struct_size, 0);
AT(vais_column, id, 4);
AT(vais_column, type, 8);
AT(vais_column, flags, 12);
AT(vais_column, name, 16);

SIZE(vais_index, 40);
SINCE_1_0(vais_index, VAIS_INDEX_SIZE_1_0, 40);
AT(vais_index, struct_size, 0);
AT(vais_index, id, 4);
AT(vais_index, flags, 8);
AT(vais_index, column_count, 12);
AT(vais_index, columns, 16);
AT(vais_index, name, 24);

SIZE(vais_collection, 80);
SINCE_1_0(vais_collection, VAIS_COLLECTION_SIZE_1_0, 80);
AT(vais_collection, struct_size, 0);
AT(vais_collection, id, 4);
AT(vais_collection, name, 8);
AT(vais_collection, columns, 24);
AT(vais_collection, column_stride, 32);
AT(vais_collection, indexes, 40);
AT(vais_collection, index_stride, 48);
AT(vais_collection, key, 56);
AT(vais_collection, column_count, 64);
AT(vais_collection, index_count, 68);
AT(vais_collection, key_count, 72);
AT(vais_collection, reserved, 76);

SIZE(vais_schema, 32);
SINCE_1_0(vais_schema, VAIS_SCHEMA_SIZE_1_0, 32);
AT(vais_schema, struct_size, 0);
AT(vais_schema, version, 4);
AT(vais_schema, collections, 8);
AT(vais_schema, collection_stride, 16);
AT(vais_schema, collection_count, 24);
AT(vais_schema, reserved, 28);

SIZE(vais_shape, 40);
SINCE_1_0(vais_shape, VAIS_SHAPE_SIZE_1_0, 40);
AT(vais_shape, struct_size, 0);
AT(vais_shape, kind, 4);
AT(vais_shape, collection, 8);
AT(vais_shape, index, 12);
AT(vais_shape, flags, 16);
AT(vais_shape, prefix_count, 20);
AT(vais_shape, column_count, 24);
AT(vais_shape, reserved, 28);
AT(vais_shape, columns, 32);

SIZE(vais_use, 16);
AT(vais_use, shape, 0);
AT(vais_use, cell_count, 4);
AT(vais_use, cells, 8);

SIZE(vais_batch, 40);
SINCE_1_0(vais_batch, VAIS_BATCH_SIZE_1_0, 40);
AT(vais_batch, struct_size, 0);
AT(vais_batch, flags, 4);
AT(vais_batch, stamp, 8);
AT(vais_batch, guards, 16);
AT(vais_batch, ops, 24);
AT(vais_batch, guard_count, 32);
AT(vais_batch, op_count, 36);

SIZE(vais_outcome, 16);
AT(vais_outcome, status, 0);
AT(vais_outcome, place, 4);
AT(vais_outcome, position, 8);
AT(vais_outcome, reserved, 12);

SIZE(vais_storage_capabilities, 48);
SINCE_1_0(vais_storage_capabilities, VAIS_STORAGE_CAPABILITIES_SIZE_1_0, 48);
AT(vais_storage_capabilities, struct_size, 0);
AT(vais_storage_capabilities, max_sessions, 4);
AT(vais_storage_capabilities, max_batch_uses, 8);
AT(vais_storage_capabilities, max_value_bytes, 12);
AT(vais_storage_capabilities, max_key_bytes, 16);
AT(vais_storage_capabilities, durable, 20);
AT(vais_storage_capabilities, concurrent_writers, 24);
AT(vais_storage_capabilities, several_hosts, 28);
AT(vais_storage_capabilities, backend, 32);

SIZE(vais_storage_options, 32);
SINCE_1_0(vais_storage_options, VAIS_STORAGE_OPTIONS_SIZE_1_0, 32);
AT(vais_storage_options, struct_size, 0);
AT(vais_storage_options, setting_count, 4);
AT(vais_storage_options, settings, 8);
AT(vais_storage_options, data_folder, 16);

SIZE(vais_storage, 128);
SINCE_1_0(vais_storage, VAIS_STORAGE_SIZE_1_0, 128);
AT(vais_storage, struct_size, 0);
AT(vais_storage, reserved, 4);
AT(vais_storage, capabilities, 8);
AT(vais_storage, open, 16);
AT(vais_storage, close, 24);
AT(vais_storage, health, 32);
AT(vais_storage, schema_plan, 40);
AT(vais_storage, schema_apply, 48);
AT(vais_storage, prepare, 56);
AT(vais_storage, session_open, 64);
AT(vais_storage, session_reset, 72);
AT(vais_storage, session_close, 80);
AT(vais_storage, session_interrupt, 88);
AT(vais_storage, get_many, 96);
AT(vais_storage, scan, 104);
AT(vais_storage, commit, 112);
AT(vais_storage, commit_many, 120);

// ---- vais/blob.h ------------------------------------------------------------------------------------------------

SIZE(vais_blob_id, 32);
AT(vais_blob_id, bytes, 0);

SIZE(vais_storage_blob, 88);
SINCE_1_0(vais_storage_blob, VAIS_STORAGE_BLOB_SIZE_1_0, 88);
AT(vais_storage_blob, struct_size, 0);
AT(vais_storage_blob, reserved, 4);
AT(vais_storage_blob, put_open, 8);
AT(vais_storage_blob, put_write, 16);
AT(vais_storage_blob, put_commit, 24);
AT(vais_storage_blob, put_abort, 32);
AT(vais_storage_blob, get_open, 40);
AT(vais_storage_blob, get_read, 48);
AT(vais_storage_blob, get_close, 56);
AT(vais_storage_blob, get_descriptor, 64);
AT(vais_storage_blob, remove, 72);
AT(vais_storage_blob, list, 80);

// ---- vais/search.h ----------------------------------------------------------------------------------------------

SIZE(vais_search_index, 48);
SINCE_1_0(vais_search_index, VAIS_SEARCH_INDEX_SIZE_1_0, 48);
AT(vais_search_index, struct_size, 0);
AT(vais_search_index, id, 4);
AT(vais_search_index, collection, 8);
AT(vais_search_index, column_count, 12);
AT(vais_search_index, columns, 16);
AT(vais_search_index, weights, 24);
AT(vais_search_index, name, 32);

SIZE(vais_storage_search, 24);
SINCE_1_0(vais_storage_search, VAIS_STORAGE_SEARCH_SIZE_1_0, 24);
AT(vais_storage_search, struct_size, 0);
AT(vais_storage_search, reserved, 4);
AT(vais_storage_search, apply, 8);
AT(vais_storage_search, query, 16);

// ---- vais/transport.h -------------------------------------------------------------------------------------------

SIZE(vais_header, 32);
AT(vais_header, name, 0);
AT(vais_header, value, 16);

SIZE(vais_transfer_events, 40);
SINCE_1_0(vais_transfer_events, VAIS_TRANSFER_EVENTS_SIZE_1_0, 40);
AT(vais_transfer_events, struct_size, 0);
AT(vais_transfer_events, reserved, 4);
AT(vais_transfer_events, head, 8);
AT(vais_transfer_events, data, 16);
AT(vais_transfer_events, body, 24);
AT(vais_transfer_events, done, 32);

SIZE(vais_request, 96);
SINCE_1_0(vais_request, VAIS_REQUEST_SIZE_1_0, 96);
AT(vais_request, struct_size, 0);
AT(vais_request, flags, 4);
AT(vais_request, method, 8);
AT(vais_request, url, 24);
AT(vais_request, headers, 40);
AT(vais_request, header_count, 48);
AT(vais_request, connect_timeout, 52);
AT(vais_request, body_size, 56);
AT(vais_request, max_response_bytes, 64);
AT(vais_request, max_header_bytes, 72);
AT(vais_request, stall_timeout, 80);
AT(vais_request, stall_bytes, 84);
AT(vais_request, deadline, 88);

SIZE(vais_transport_options, 40);
SINCE_1_0(vais_transport_options, VAIS_TRANSPORT_OPTIONS_SIZE_1_0, 40);
AT(vais_transport_options, struct_size, 0);
AT(vais_transport_options, setting_count, 4);
AT(vais_transport_options, settings, 8);
AT(vais_transport_options, user_agent, 16);
AT(vais_transport_options, max_connections_per_origin, 32);
AT(vais_transport_options, reserved, 36);

SIZE(vais_transport, 64);
SINCE_1_0(vais_transport, VAIS_TRANSPORT_SIZE_1_0, 64);
AT(vais_transport, struct_size, 0);
AT(vais_transport, reserved, 4);
AT(vais_transport, describe, 8);
AT(vais_transport, open, 16);
AT(vais_transport, close, 24);
AT(vais_transport, submit, 32);
AT(vais_transport, cancel, 40);
AT(vais_transport, drive, 48);
AT(vais_transport, wake, 56);

// ---- vais/digest.h ----------------------------------------------------------------------------------------------

SIZE(vais_algorithm, 32);
SINCE_1_0(vais_algorithm, VAIS_ALGORITHM_SIZE_1_0, 32);
AT(vais_algorithm, struct_size, 0);
AT(vais_algorithm, digest_size, 4);
AT(vais_algorithm, name, 8);
AT(vais_algorithm, handle, 24);

SIZE(vais_digest, 64);
SINCE_1_0(vais_digest, VAIS_DIGEST_SIZE_1_0, 64);
AT(vais_digest, struct_size, 0);
AT(vais_digest, reserved, 4);
AT(vais_digest, algorithm, 8);
AT(vais_digest, context_new, 16);
AT(vais_digest, context_reset, 24);
AT(vais_digest, context_update, 32);
AT(vais_digest, context_final, 40);
AT(vais_digest, context_free, 48);
AT(vais_digest, oneshot, 56);

// ---- vais/password.h --------------------------------------------------------------------------------------------

SIZE(vais_password_options, 16);
SINCE_1_0(vais_password_options, VAIS_PASSWORD_OPTIONS_SIZE_1_0, 16);
AT(vais_password_options, struct_size, 0);
AT(vais_password_options, setting_count, 4);
AT(vais_password_options, settings, 8);

SIZE(vais_password, 56);
SINCE_1_0(vais_password, VAIS_PASSWORD_SIZE_1_0, 56);
AT(vais_password, struct_size, 0);
AT(vais_password, reserved, 4);
AT(vais_password, open, 8);
AT(vais_password, close, 16);
AT(vais_password, cost, 24);
AT(vais_password, hash, 32);
AT(vais_password, verify, 40);
AT(vais_password, needs_rehash, 48);

_Static_assert(VAIS_ABI_MAJOR == 1 && VAIS_ABI_MINOR == 0 && sizeof VAIS_ABI_TEXT == 4 && VAIS_ABI_TEXT[0] == '1' &&
                   VAIS_ABI_TEXT[2] == '0',
               "VAIS_ABI_TEXT says the same as the numbers");
