/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The structure of a result file: its summary with datasets missing, of another type or rank or
 * length, stored elsewhere, or links to somewhere else. The input says what is spoiled: each byte
 * pair is an object and what becomes of it. What the reader accepts must be the summary that was
 * written. The file itself is well-formed HDF5: a forged one is the library's to refuse. */
#include "tests/fuzz/fuzz.h"

#include "results/summary_set.h"

#include <hdf5_hl.h>
#include <stdlib.h>
#include <string.h>

enum { N_ENTRIES = 3, MAX_EDITS = 4 };

static const char *const OBJECTS[] = {"entry",  "kind", "value", "standard_error",
                                      "method", "n",    "text"};
enum { N_OBJECTS = sizeof OBJECTS / sizeof OBJECTS[0] };

static void good_summary(pb_summary *summary)
{
    memset(summary, 0, sizeof *summary);
    pb_summary_text(summary, "small", "scenario");
    pb_summary_integer(summary, 7, "seed");
    pb_summary_estimate(summary, 0.5, 0.01, PB_METHOD_PLAIN, 100, "ratified");
    FUZZ_REQUIRE(summary->n == N_ENTRIES && summary->failed == PB_OK);
}

/* ---- a file in memory ---- */

static hid_t in_memory(void *image, size_t size)
{
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    FUZZ_REQUIRE(H5Pset_fapl_core(access, 1 << 16, false) >= 0);
    FUZZ_REQUIRE(H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0);
    if (image != NULL) {
        FUZZ_REQUIRE(H5Pset_file_image(access, image, size) >= 0);
    }
    const hid_t file = image == NULL ? H5Fcreate("memory", H5F_ACC_TRUNC, H5P_DEFAULT, access)
                                     : H5Fopen("memory", H5F_ACC_RDWR, access);
    FUZZ_REQUIRE(file >= 0);
    H5Pclose(access);
    return file;
}

/* A file with the good summary, copied out of an image that is made once. */
static hid_t good_file(void)
{
    static void *image;
    static size_t size;
    if (image == NULL) {
        pb_summary summary;
        pb_h5_init();
        /* HDF5 keeps what it frees for the next input: twice as many inputs a second. */
        FUZZ_REQUIRE(H5set_free_list_limits(-1, -1, -1, -1, -1, -1) >= 0);
        const hid_t file = in_memory(NULL, 0);
        good_summary(&summary);
        FUZZ_REQUIRE(pb_summary_write(file, &summary) >= 0 && H5Fflush(file, H5F_SCOPE_LOCAL) >= 0);
        size = (size_t)H5Fget_file_image(file, NULL, 0);
        image = malloc(size);
        FUZZ_REQUIRE(image != NULL && H5Fget_file_image(file, image, size) == (ssize_t)size);
        pb_summary_free(&summary);
        H5Fclose(file);
    }
    return in_memory(image, size);
}

/* ---- what may become of an object ---- */

static hid_t type_of(unsigned choice)
{
    switch (choice) {
        case 0:
            return H5Tcopy(H5T_NATIVE_UINT8);
        case 1:
            return H5Tcopy(H5T_NATIVE_INT64);
        case 2:
            return H5Tcopy(H5T_NATIVE_DOUBLE);
        case 3:
            return pb_h5_text_type();
        case 4:
            return H5Tcopy(H5T_C_S1);
        case 5:
            return H5Tvlen_create(H5T_NATIVE_DOUBLE);
        case 6:
            return H5Tcreate(H5T_OPAQUE, 8);
        default:
            return H5Tcopy(H5T_STD_U16BE);
    }
}

static hid_t space_of(unsigned choice)
{
    static const hsize_t EXTENT[][2] = {{N_ENTRIES, 1}, {N_ENTRIES - 1, 1}, {N_ENTRIES + 1, 1},
                                        {0, 1},         {1u << 21, 1},      {1, N_ENTRIES}};
    switch (choice) {
        case 6:
            return H5Screate(H5S_SCALAR);
        case 7:
            return H5Screate(H5S_NULL);
        default:
            return H5Screate_simple(choice == 5 ? 2 : 1, EXTENT[choice], NULL);
    }
}

static void put_dataset(hid_t group, const char *name, unsigned type, unsigned space, hid_t list)
{
    const hid_t t = type_of(type), s = space_of(space);
    const hid_t set = H5Dcreate2(group, name, t, s, H5P_DEFAULT, list, H5P_DEFAULT);
    if (set >= 0) { /* HDF5 itself refuses some combinations; then the object is missing */
        H5Dclose(set);
    }
    H5Sclose(s), H5Tclose(t);
}

/* Its content lies in another file. */
static void put_external(hid_t group, const char *name, unsigned type)
{
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    FUZZ_REQUIRE(H5Pset_external(list, "/etc/hostname", 0, H5F_UNLIMITED) >= 0);
    put_dataset(group, name, type, 0, list);
    H5Pclose(list);
}

static void put_other(hid_t group, const char *name, unsigned choice)
{
    const char *neighbour = OBJECTS[choice % N_OBJECTS];
    hid_t id = H5I_INVALID_HID;
    switch (choice % 8) {
        case 0:
            return; /* missing */
        case 1:
            id = H5Gcreate2(group, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
            break;
        case 2:
            id = H5Tcopy(H5T_NATIVE_DOUBLE);
            FUZZ_REQUIRE(H5Tcommit2(group, name, id, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT) >= 0);
            break;
        case 3:
            FUZZ_REQUIRE(H5Lcreate_soft(name, group, name, H5P_DEFAULT, H5P_DEFAULT) >= 0);
            break;
        case 4:
            FUZZ_REQUIRE(H5Lcreate_external("x.h5", "/x", group, name, H5P_DEFAULT, H5P_DEFAULT)
                         >= 0);
            break;
        case 5: /* the same as another dataset, which may be missing itself */
            (void)H5Lcreate_hard(group, neighbour, group, name, H5P_DEFAULT, H5P_DEFAULT);
            break;
        default:
            put_external(group, name, choice >> 3 & 7);
    }
    if (id >= 0) {
        (void)pb_h5_close(id, 0);
    }
}

static void spoil_hash(hid_t group, unsigned choice)
{
    const uint64_t number = choice;
    H5Adelete(group, "sha256");
    if (choice % 4 == 1) {
        FUZZ_REQUIRE(pb_h5_put_text(group, "sha256", "no such hash") >= 0);
    } else if (choice % 4 == 2) {
        FUZZ_REQUIRE(pb_h5_put_number(group, "sha256", H5T_NATIVE_UINT64, &number) >= 0);
    } else if (choice % 4 == 3) {
        FUZZ_REQUIRE(pb_h5_put_list(group, "sha256", H5T_NATIVE_UINT64, 1, &number) >= 0);
    }
}

static void spoil(hid_t group, unsigned object, unsigned how)
{
    if (object % (N_OBJECTS + 1) == N_OBJECTS) {
        spoil_hash(group, how);
        return;
    }
    const char *name = OBJECTS[object % (N_OBJECTS + 1)];
    (void)H5Ldelete(group, name, H5P_DEFAULT);
    if (how < 128) {
        put_dataset(group, name, how & 7, how >> 3 & 7, H5P_DEFAULT);
    } else {
        put_other(group, name, how - 128);
    }
}

static void expect_good(const pb_summary *summary)
{
    FUZZ_REQUIRE(summary->n == N_ENTRIES);
    FUZZ_REQUIRE(strcmp(summary->entry[0].text, "small") == 0);
    FUZZ_REQUIRE(summary->entry[2].value == 0.5 && summary->entry[2].n == 100);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb_summary summary;
    const hid_t file = good_file();
    const hid_t group = H5Gopen2(file, "summary", H5P_DEFAULT);
    for (size_t i = 0; i + 1 < size && i < 2 * MAX_EDITS; i += 2) {
        spoil(group, data[i], data[i + 1]);
    }
    const herr_t result = pb_summary_read(file, &summary);
    FUZZ_REQUIRE(size >= 2 || result >= 0);
    if (result >= 0) {
        expect_good(&summary);
    } else {
        FUZZ_REQUIRE(summary.n == 0 && summary.entry == NULL);
    }
    pb_summary_free(&summary);
    H5Gclose(group);
    H5Fclose(file);
    return 0;
}
