/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/h5.h"

#include <hdf5_hl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FLAGS = 32 };

void pb_h5_init(void)
{
    (void)H5dont_atexit(); /* after a full disk its clean-up at exit crashes */
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    (void)H5PLset_loading_state(0);
}

herr_t pb_h5_close(hid_t id, herr_t result)
{
    return id >= 0 && H5Idec_ref(id) < 0 ? -1 : result;
}

/* The writer has a lock of its own, and a file with its final name is not written again; HDF5's
 * would only fail where the file system has none. */
static herr_t do_without_locks(hid_t list)
{
#if H5_VERSION_GE(1, 10, 7)
    return H5Pset_file_locking(list, false, true);
#else
    (void)list;
    return 0;
#endif
}

/* Format of HDF5 1.10, whose metadata carries checksums. */
static hid_t access_list(void)
{
    hid_t list = H5Pcreate(H5P_FILE_ACCESS);
    if (list >= 0
        && (H5Pset_libver_bounds(list, H5F_LIBVER_V110, H5F_LIBVER_V110) < 0
            || H5Pset_fclose_degree(list, H5F_CLOSE_STRONG) < 0 || do_without_locks(list) < 0)) {
        (void)H5Pclose(list);
        list = H5I_INVALID_HID;
    }
    return list;
}

static herr_t track_links(hid_t list)
{
    return H5Pset_link_creation_order(list, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
}

static herr_t track_attributes(hid_t list)
{
    if (H5Pset_obj_track_times(list, false) < 0) {
        return -1;
    }
    return H5Pset_attr_creation_order(list, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
}

hid_t pb_h5_create_file(const char *path)
{
    hid_t file = H5I_INVALID_HID;
    hid_t access = access_list(), creation = H5Pcreate(H5P_FILE_CREATE);
    if (access >= 0 && creation >= 0 && track_links(creation) >= 0
        && track_attributes(creation) >= 0) {
        file = H5Fcreate(path, H5F_ACC_EXCL, creation, access);
    }
    (void)pb_h5_close(creation, 0);
    (void)pb_h5_close(access, 0);
    return file;
}

hid_t pb_h5_open_file(const char *path)
{
    hid_t access = access_list();
    hid_t file = access < 0 ? H5I_INVALID_HID : H5Fopen(path, H5F_ACC_RDONLY, access);
    (void)pb_h5_close(access, 0);
    return file;
}

hid_t pb_h5_create_group(hid_t parent, const char *name)
{
    hid_t group = H5I_INVALID_HID, list = H5Pcreate(H5P_GROUP_CREATE);
    if (list >= 0 && track_links(list) >= 0 && track_attributes(list) >= 0) {
        group = H5Gcreate2(parent, name, H5P_DEFAULT, list, H5P_DEFAULT);
    }
    (void)pb_h5_close(list, 0);
    return group;
}

hid_t pb_h5_text_type(void)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0
        && (H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0)) {
        (void)H5Tclose(type);
        type = H5I_INVALID_HID;
    }
    return type;
}

static herr_t put_attribute(hid_t object, const char *name, hid_t type, hid_t space,
                            const void *values)
{
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    herr_t result = attribute < 0 ? -1 : H5Awrite(attribute, type, values);
    return pb_h5_close(attribute, result);
}

herr_t pb_h5_put_number(hid_t object, const char *name, hid_t type, const void *value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    herr_t result = space < 0 ? -1 : put_attribute(object, name, type, space, value);
    return pb_h5_close(space, result);
}

herr_t pb_h5_put_text(hid_t object, const char *name, const char *text)
{
    hid_t type = pb_h5_text_type();
    herr_t result = type < 0 ? -1 : pb_h5_put_number(object, name, type, &text);
    return pb_h5_close(type, result);
}

herr_t pb_h5_put_list(hid_t object, const char *name, hid_t type, hsize_t n, const void *values)
{
    hid_t space = H5Screate_simple(1, &n, NULL);
    herr_t result = space < 0 ? -1 : put_attribute(object, name, type, space, values);
    return pb_h5_close(space, result);
}

/* Whether an attribute is one value of the class, and a text of variable length if a text. */
static herr_t check_scalar(hid_t attribute, H5T_class_t class)
{
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    const bool fits =
        type >= 0 && space >= 0
        && H5Tget_class(type) == class && (class != H5T_STRING || H5Tis_variable_str(type) > 0)
        && H5Sget_simple_extent_npoints(space) == 1;
    herr_t result = pb_h5_close(space, fits ? 0 : -1);
    return pb_h5_close(type, result);
}

static herr_t get_scalar(hid_t object, const char *name, hid_t type, void *value)
{
    herr_t result = -1;
    hid_t attribute = H5I_INVALID_HID;
    if (H5Aexists(object, name) > 0) {
        attribute = H5Aopen(object, name, H5P_DEFAULT);
    }
    if (attribute >= 0 && check_scalar(attribute, H5Tget_class(type)) >= 0) {
        result = H5Aread(attribute, type, value);
    }
    return pb_h5_close(attribute, result);
}

herr_t pb_h5_get_text(hid_t object, const char *name, char **text)
{
    char *read = NULL;
    hid_t type = pb_h5_text_type();
    herr_t result = type < 0 ? -1 : get_scalar(object, name, type, &read);
    *text = result < 0 || read == NULL ? NULL : strdup(read);
    if (read != NULL && H5free_memory(read) < 0) {
        result = -1;
    }
    return pb_h5_close(type, *text == NULL ? -1 : result);
}

herr_t pb_h5_get_integer(hid_t object, const char *name, int64_t *value)
{
    return get_scalar(object, name, H5T_NATIVE_INT64, value);
}

static hsize_t count_words(const char *words)
{
    hsize_t n = 0;
    while (*(words += strspn(words, " ")) != '\0') {
        words += strcspn(words, " ");
        n++;
    }
    return n;
}

static herr_t put_flags(hid_t set, const char *words)
{
    uint8_t values[MAX_FLAGS];
    const hsize_t n = count_words(words);
    if (n == 0 || n > MAX_FLAGS) {
        return -1;
    }
    for (uint8_t i = 0; i < n; i++) {
        values[i] = i;
    }
    if (pb_h5_put_list(set, "flag_values", H5T_NATIVE_UINT8, n, values) < 0) {
        return -1;
    }
    return pb_h5_put_text(set, "flag_meanings", words);
}

static herr_t describe(hid_t set, const pb_h5_about *about, hid_t type)
{
    if (pb_h5_put_text(set, "long_name", about->long_name) < 0
        || pb_h5_put_text(set, "units", about->units) < 0) {
        return -1;
    }
    if (about->flags != NULL && put_flags(set, about->flags) < 0) {
        return -1;
    }
    if (about->coordinates != NULL && pb_h5_put_text(set, "coordinates", about->coordinates) < 0) {
        return -1;
    }
    /* netCDF wants a list of one here, not a scalar */
    return about->fill == NULL ? 0 : pb_h5_put_list(set, "_FillValue", type, 1, about->fill);
}

static hid_t creation_list(int rank, const hsize_t *extent, hsize_t chunk, hid_t type,
                           const void *fill)
{
    hsize_t piece[PB_H5_MAX_RANK];
    memcpy(piece, extent, (size_t)rank * sizeof *piece);
    piece[0] = chunk;
    hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    if (list < 0 || track_attributes(list) < 0
        || (fill != NULL && H5Pset_fill_value(list, type, fill) < 0)
        || (chunk != 0 && (H5Pset_chunk(list, rank, piece) < 0 || H5Pset_fletcher32(list) < 0))) {
        (void)pb_h5_close(list, 0);
        return H5I_INVALID_HID;
    }
    return list;
}

static hid_t create(hid_t parent, const pb_h5_about *about, hid_t type, int rank,
                    const hsize_t *extent, hsize_t chunk)
{
    hid_t set = H5I_INVALID_HID, space = H5Screate_simple(rank, extent, NULL);
    hid_t list = creation_list(rank, extent, chunk, type, about->fill);
    if (space >= 0 && list >= 0) {
        set = H5Dcreate2(parent, about->name, type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    }
    if (set >= 0 && describe(set, about, type) < 0) {
        (void)H5Dclose(set);
        set = H5I_INVALID_HID;
    }
    (void)pb_h5_close(list, 0);
    (void)pb_h5_close(space, 0);
    return set;
}

hid_t pb_h5_create_scale(hid_t parent, const pb_h5_about *about, hid_t type, hsize_t n,
                         hsize_t chunk)
{
    hid_t set = create(parent, about, type, 1, &n, chunk);
    if (set >= 0 && H5DSset_scale(set, about->name) < 0) {
        (void)H5Dclose(set);
        set = H5I_INVALID_HID;
    }
    return set;
}

hid_t pb_h5_open_set(hid_t parent, const char *name)
{
    H5L_info_t link;
    if (H5Lget_info(parent, name, &link, H5P_DEFAULT) < 0 || link.type != H5L_TYPE_HARD) {
        return H5I_INVALID_HID;
    }
    hid_t set = H5Dopen2(parent, name, H5P_DEFAULT);
    hid_t list = set < 0 ? H5I_INVALID_HID : H5Dget_create_plist(set);
    if (list < 0 || H5Pget_external_count(list) != 0 || H5Pget_layout(list) == H5D_VIRTUAL) {
        (void)pb_h5_close(set, 0);
        set = H5I_INVALID_HID;
    }
    (void)pb_h5_close(list, 0);
    return set;
}

hsize_t pb_h5_length(hid_t set)
{
    hsize_t n = 0;
    hid_t space = H5Dget_space(set);
    if (space >= 0 && H5Sget_simple_extent_ndims(space) == 1
        && H5Sget_simple_extent_dims(space, &n, NULL) < 0) {
        n = 0;
    }
    (void)pb_h5_close(space, 0);
    return n;
}

hid_t pb_h5_create_set(hid_t parent, const pb_h5_about *about, hid_t type, int rank,
                       const hid_t *scale, hsize_t chunk)
{
    hsize_t extent[PB_H5_MAX_RANK] = {0};
    for (int i = 0; i < rank; i++) {
        extent[i] = pb_h5_length(scale[i]);
    }
    hid_t set = create(parent, about, type, rank, extent, chunk);
    for (int i = 0; set >= 0 && i < rank; i++) {
        if (H5DSattach_scale(set, scale[i], (unsigned)i) < 0) {
            (void)H5Dclose(set);
            set = H5I_INVALID_HID;
        }
    }
    return set;
}

/* Texts lie in a heap of the file that a checksum filter would not reach: they go unchunked. */
static hsize_t whole(hid_t type, hsize_t n)
{
    return H5Tget_class(type) == H5T_STRING ? 0 : n;
}

/* Texts are written through a buffer that HDF5 clears each time, by default of 1 MB. */
static herr_t write_whole(hid_t set, hid_t type, const void *values)
{
    enum { BUFFER_BYTES = 1 << 14 };
    const hid_t list = H5Pcreate(H5P_DATASET_XFER);
    herr_t result = H5Pset_buffer(list, BUFFER_BYTES, NULL, NULL);
    result = result < 0 ? result : H5Dwrite(set, type, H5S_ALL, H5S_ALL, list, values);
    return pb_h5_close(list, result);
}

herr_t pb_h5_put_set(hid_t parent, const pb_h5_about *about, hid_t type, int rank,
                     const hid_t *scale, const void *values)
{
    const hsize_t chunk = whole(type, pb_h5_length(scale[0]));
    hid_t set = pb_h5_create_set(parent, about, type, rank, scale, chunk);
    const herr_t result = set < 0 ? -1 : write_whole(set, type, values);
    return pb_h5_close(set, result);
}

hid_t pb_h5_put_scale(hid_t parent, const pb_h5_about *about, hid_t type, hsize_t n,
                      const void *values)
{
    hid_t set = pb_h5_create_scale(parent, about, type, n, whole(type, n));
    if (set >= 0 && write_whole(set, type, values) < 0) {
        (void)H5Dclose(set);
        set = H5I_INVALID_HID;
    }
    return set;
}
