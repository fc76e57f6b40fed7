/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/chunked.h"
#include "results/reader.h"
#include "tests/folder.h"
#include "tests/made_up_result.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <dirent.h>
#include <hdf5_hl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- a directory of its own for each test ---- */

static char directory[FOLDER_SIZE], path[IN_FOLDER_SIZE];

static void enter(void)
{
    folder_make(directory);
    snprintf(path, sizeof path, "%s/r.h5", directory);
    pb_h5_init();
}

static void leave(void)
{
    if (getuid() == 0) {
        cr_assert_eq(seteuid(0), 0);
    }
    (void)chmod(directory, 0777);
    folder_remove(directory);
}

static int count_files(void)
{
    int n = -2; /* . and .. */
    DIR *files = opendir(directory);
    cr_assert_not_null(files);
    while (readdir(files) != NULL) {
        n++;
    }
    closedir(files);
    return n;
}

TestSuite(results, .init = enter, .fini = leave);

static void write_made_up(int64_t draws, pb_keep keep)
{
    made_up_result made;
    pb_error err = {0};
    made_up_init(&made, draws, keep);
    cr_assert_eq(made_up_write(&made, path, false, &err), PB_OK, "%s", err.text);
    made_up_free(&made);
}

/* ---- what is in the file ---- */

static bool has_attribute(hid_t set, const char *name)
{
    return H5Aexists(set, name) > 0;
}

static bool has_checksum(hid_t set)
{
    hid_t list = H5Dget_create_plist(set);
    unsigned flags = 0, info = 0;
    size_t n = 0;
    const bool has =
        H5Pget_nfilters(list) == 1
        && H5Pget_filter2(list, 0, &flags, &n, NULL, 0, NULL, &info) == H5Z_FILTER_FLETCHER32;
    H5Pclose(list);
    return has;
}

static herr_t check_dataset(hid_t object, const char *name, const H5O_info_t *info, void *n_sets)
{
    if (info->type != H5O_TYPE_DATASET) {
        return 0;
    }
    hid_t set = H5Dopen2(object, name, H5P_DEFAULT);
    hid_t space = H5Dget_space(set), type = H5Dget_type(set);
    const int rank = H5Sget_simple_extent_ndims(space);
    cr_expect(has_attribute(set, "long_name") && has_attribute(set, "units"), "%s", name);
    if (H5DSis_scale(set) > 0) {
        cr_expect_eq(rank, 1, "%s", name);
    } else {
        for (int axis = 0; axis < rank; axis++) {
            cr_expect_eq(H5DSget_num_scales(set, (unsigned)axis), 1, "axis %d of %s", axis, name);
        }
    }
    cr_expect(H5Tget_class(type) == H5T_STRING || has_checksum(set), "%s", name);
    cr_expect_eq(has_attribute(set, "flag_values"), has_attribute(set, "flag_meanings"));
    H5Tclose(type);
    H5Sclose(space);
    H5Dclose(set);
    ++*(int *)n_sets;
    return 0;
}

Test(results, every_axis_has_one_scale_and_every_dataset_says_what_it_is)
{
    int n_sets = 0;
    write_made_up(2500, PB_KEEP_INPUTS);
    hid_t file = pb_h5_open_file(path);
    cr_assert_geq(file, 0);
    cr_assert_geq(
        H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, check_dataset, &n_sets, H5O_INFO_BASIC), 0);
    cr_expect_gt(n_sets, PB_N_COLUMNS);
    cr_expect_eq(H5Fclose(file), 0);
    cr_expect_eq(count_files(), 1, "only the result is left");
}

static bool has_dataset(hid_t file, const char *name)
{
    return H5Lexists(file, name, H5P_DEFAULT) > 0;
}

Test(results, keep_decides_which_columns_are_there)
{
    static const struct {
        pb_keep keep;
        bool draw, unit_vote, inputs;
    } cases[] = {{PB_KEEP_NONE, false, false, false},
                 {PB_KEEP_DRAWS, true, false, false},
                 {PB_KEEP_UNITS, true, true, false},
                 {PB_KEEP_INPUTS, true, true, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_made_up(10, cases[i].keep);
        hid_t file = pb_h5_open_file(path);
        cr_expect_eq(has_dataset(file, "draw"), cases[i].draw);
        cr_expect_eq(has_dataset(file, "balance"), cases[i].draw);
        cr_expect_eq(has_dataset(file, "unit_vote"), cases[i].unit_vote);
        cr_expect_eq(has_dataset(file, "inputs"), cases[i].inputs);
        cr_expect(has_dataset(file, "appropriations") && has_dataset(file, "summary"));
        H5Fclose(file);
        remove(path);
    }
}

Test(results, an_axis_without_places_is_left_out_with_its_columns)
{
    made_up_result made;
    pb_error err = {0};
    made_up_init(&made, 10, PB_KEEP_UNITS);
    made.scenario->revenue.n_streams = 0;
    made.scenario->plan_b.n_options = 0;
    cr_assert_eq(made_up_write(&made, path, false, &err), PB_OK, "%s", err.text);
    hid_t file = pb_h5_open_file(path);
    cr_expect_not(has_dataset(file, "stream"));
    cr_expect_not(has_dataset(file, "stream_revenue"));
    cr_expect_not(has_dataset(file, "stream_baseline"));
    cr_expect_not(has_dataset(file, "option"));
    cr_expect_not(has_dataset(file, "option_passed"));
    cr_expect(has_dataset(file, "union_vote"));
    H5Fclose(file);
    made_up_free(&made);
}

Test(results, a_fiscal_year_is_named_for_the_year_in_which_it_ends)
{
    int year[PB_YEARS] = {0};
    write_made_up(10, PB_KEEP_NONE);
    hid_t file = pb_h5_open_file(path);
    cr_assert_eq(H5LTread_dataset_int(file, "fiscal_year", year), 0);
    cr_expect_eq(year[0], 2012);
    cr_expect_eq(year[1], 2013);
    H5Fclose(file);
}

Test(results, the_assumed_savings_are_not_in_the_appropriations)
{
    double musd[PB_YEARS] = {0};
    write_made_up(10, PB_KEEP_NONE);
    hid_t file = pb_h5_open_file(path);
    cr_assert_eq(H5LTread_dataset_double(file, "appropriations", musd), 0);
    cr_expect_eq(musd[0], 11500.0 + 700.0 * 0.85);
    H5Fclose(file);
}

Test(results, a_seed_beyond_2_63_survives)
{
    uint64_t seed = 0;
    write_made_up(10, PB_KEEP_NONE);
    hid_t file = pb_h5_open_file(path);
    hid_t attribute = H5Aopen(file, "seed", H5P_DEFAULT);
    cr_assert_eq(H5Aread(attribute, H5T_NATIVE_UINT64, &seed), 0);
    cr_expect_eq(seed, UINT64_MAX);
    H5Aclose(attribute);
    H5Fclose(file);
}

/* Several chunks, the last one partly filled; H5Dread checks our checksums with its own. */
Test(results, what_is_written_reads_back)
{
    enum { DRAWS = 70001 };
    made_up_result made;
    pb_error err = {0};
    made_up_init(&made, DRAWS, PB_KEEP_DRAWS);
    cr_assert_eq(made_up_write(&made, path, false, &err), PB_OK, "%s", err.text);
    static double balance[DRAWS][PB_YEARS];
    static int64_t draw[DRAWS];
    static uint8_t outcome[DRAWS];
    hid_t file = pb_h5_open_file(path);
    cr_assert_eq(H5LTread_dataset_double(file, "balance", *balance), 0);
    cr_assert_eq(H5LTread_dataset(file, "draw", H5T_NATIVE_INT64, draw), 0);
    cr_assert_eq(H5LTread_dataset(file, "outcome", H5T_NATIVE_UINT8, outcome), 0);
    H5Fclose(file);
    for (int64_t first = 0; first < DRAWS; first += MADE_UP_BLOCK) {
        const int64_t n = DRAWS - first < MADE_UP_BLOCK ? DRAWS - first : MADE_UP_BLOCK;
        made_up_block(&made, first, n);
        cr_assert_arr_eq(balance[first], made.column[PB_COLUMN_balance],
                         (size_t)n * sizeof *balance);
        cr_assert_arr_eq(outcome + first, made.column[PB_COLUMN_outcome], (size_t)n);
        cr_assert_eq(draw[first + n - 1], first + n - 1);
    }
    made_up_free(&made);
}

static char *read_all(const char *name, size_t *size)
{
    FILE *in = fopen(name, "rb");
    cr_assert_not_null(in);
    fseek(in, 0, SEEK_END);
    *size = (size_t)ftell(in);
    rewind(in);
    char *bytes = malloc(*size + 1);
    cr_assert_eq(fread(bytes, 1, *size, in), *size);
    fclose(in);
    return bytes;
}

static void write_all(const char *name, const void *bytes, size_t size)
{
    FILE *out = fopen(name, "wb");
    cr_assert_not_null(out);
    cr_assert_eq(fwrite(bytes, 1, size, out), size);
    cr_assert_eq(fclose(out), 0);
}

Test(results, the_same_content_gives_the_same_bytes)
{
    size_t size[2];
    char *bytes[2];
    setenv("SOURCE_DATE_EPOCH", "1308873600", 1);
    for (int i = 0; i < 2; i++) {
        write_made_up(2500, PB_KEEP_INPUTS);
        bytes[i] = read_all(path, &size[i]);
        remove(path);
    }
    cr_assert_eq(size[0], size[1]);
    cr_expect_arr_eq(bytes[0], bytes[1], size[0]);
    free(bytes[0]);
    free(bytes[1]);
}

/* FORMAT.md has a row of every column, with its unit and meaning. */
Test(results, the_format_page_lists_every_column)
{
    size_t size;
    char *page = read_all(PLANB_SOURCE "/results/FORMAT.md", &size);
    page[size] = '\0';
    for (int c = 0; c < PB_N_COLUMNS; c++) {
        const pb_column *column = &PB_COLUMNS[c];
        char start[64], end[256];
        if (column->keep == PB_KEEP_NEVER) {
            continue;
        }
        snprintf(start, sizeof start, "\n| `%s` |", column->name);
        snprintf(end, sizeof end, "| %s | %s |\n", column->unit, column->meaning);
        const char *row = strstr(page, start);
        cr_expect(row != NULL && strstr(row, end) != NULL
                      && strstr(row, end) < row + 1 + strcspn(row + 1, "\n"),
                  "%s", column->name);
    }
    free(page);
}

/* ---- refusals ---- */

static pb_status try_to_write(const char *where, bool overwrite, pb_error *err)
{
    made_up_result made;
    made_up_init(&made, 10, PB_KEEP_DRAWS);
    memset(err, 0, sizeof *err);
    const pb_status status = made_up_write(&made, where, overwrite, err);
    made_up_free(&made);
    return status;
}

/* What stood there, with its bytes, is left alone and the message says why. */
static void expect_kept(const char *bytes, size_t size, bool overwrite, const char *said)
{
    pb_error err = {0};
    size_t left;
    write_all(path, bytes, size);
    cr_expect_eq(try_to_write(path, overwrite, &err), PB_CANNOT_CREATE);
    cr_expect_not_null(strstr(err.text, said), "%s", err.text);
    char *kept = read_all(path, &left);
    cr_expect(left == size && memcmp(kept, bytes, size) == 0);
    free(kept);
}

Test(results, an_existing_file_is_replaced_only_when_asked)
{
    pb_error err = {0};
    size_t size;
    write_made_up(10, PB_KEEP_NONE);
    char *bytes = read_all(path, &size);
    expect_kept(bytes, size, false, "exists; --overwrite replaces it");
    cr_expect_eq(try_to_write(path, true, &err), PB_OK, "%s", err.text);
    cr_expect_eq(count_files(), 1);
    free(bytes);
}

Test(results, only_a_result_or_an_empty_file_is_replaced)
{
    pb_error err = {0};
    expect_kept("precious", 8, true, "is not a result");
    expect_kept("\x89HDF", 4, true, "is not a result");
    expect_kept("scenario: {name: mine}\n", 23, true, "is not a result");
    write_all(path, "", 0);
    cr_expect_eq(try_to_write(path, true, &err), PB_OK, "%s", err.text);
    cr_expect_eq(count_files(), 1);
}

struct refusal_case {
    char path[32], text[48];
    int status;
};

ParameterizedTestParameters(results, what_cannot_be_created_is_refused)
{
    static struct refusal_case cases[] = {
        {"", "a file name is missing", PB_CANNOT_CREATE},
        {"%s", "is a directory", PB_CANNOT_CREATE},
        {"%s/", "a file name is missing", PB_CANNOT_CREATE},
        {"%s/no/such/r.h5", "No such file or directory", PB_CANNOT_CREATE},
        {"/dev/null", "is not a file", PB_CANNOT_CREATE},
        {"/dev/null/r.h5", "irectory", PB_CANNOT_CREATE},
    };
    return cr_make_param_array(struct refusal_case, cases, sizeof cases / sizeof *cases);
}

ParameterizedTest(struct refusal_case *c, results, what_cannot_be_created_is_refused)
{
    char where[IN_FOLDER_SIZE];
    pb_error err;
    const char *percent = strstr(c->path, "%s");
    snprintf(where, sizeof where, "%s%s", percent ? directory : c->path,
             percent ? percent + 2 : "");
    cr_expect_eq((int)try_to_write(where, true, &err), c->status, "%s: %s", where, err.text);
    cr_expect_not_null(strstr(err.text, c->text), "%s", err.text);
    cr_expect_eq(count_files(), 0);
}

Test(results, a_directory_without_permission_is_refused)
{
    pb_error err;
    cr_assert_eq(chmod(directory, 0555), 0);
    if (geteuid() == 0) {
        cr_assert_eq(seteuid(65534), 0); /* root may write anywhere; this is nobody */
    }
    cr_expect_eq(try_to_write(path, false, &err), PB_PERMISSION, "%s", err.text);
    cr_expect_not_null(strstr(err.text, "Permission denied"), "%s", err.text);
}

Test(results, a_second_writer_is_refused_and_the_first_is_unharmed)
{
    made_up_result made;
    pb_writer *first = NULL;
    pb_error err = {0}, refused;
    made_up_init(&made, MADE_UP_BLOCK, PB_KEEP_DRAWS);
    cr_assert_eq(made_up_create(&made, path, false, &first, &err), PB_OK, "%s", err.text);
    cr_expect_eq(try_to_write(path, true, &refused), PB_CANNOT_CREATE);
    cr_expect_not_null(strstr(refused.text, "being written by process"), "%s", refused.text);
    const void *column[PB_N_COLUMNS];
    made_up_block(&made, 0, MADE_UP_BLOCK);
    memcpy(column, made.column, sizeof column);
    cr_assert_eq(pb_writer_draws(first, 0, MADE_UP_BLOCK, column, made.inputs, &err), PB_OK);
    cr_assert_eq(pb_writer_finish(first, &made.summary, &err), PB_OK, "%s", err.text);
    cr_expect_eq(count_files(), 1);
    made_up_free(&made);
}

Test(results, a_file_that_appears_meanwhile_is_not_replaced)
{
    made_up_result made;
    pb_writer *writer = NULL;
    pb_error err = {0};
    made_up_init(&made, 10, PB_KEEP_NONE);
    cr_assert_eq(made_up_create(&made, path, false, &writer, &err), PB_OK, "%s", err.text);
    write_all(path, "precious", 8);
    cr_expect_eq(pb_writer_finish(writer, &made.summary, &err), PB_CANNOT_CREATE);
    cr_expect_eq(count_files(), 1);
    made_up_free(&made);
}

Test(results, what_a_killed_run_left_is_taken_over)
{
    char left[IN_FOLDER_SIZE];
    pb_error err;
    snprintf(left, sizeof left, "%s/r.h5.part", directory);
    cr_assert_eq(mkdir(left, 0777), 0);
    snprintf(left, sizeof left, "%s/r.h5.part/result.h5", directory);
    write_all(left, "half", 4);
    snprintf(left, sizeof left, "%s/r.h5.part/LOCK", directory);
    write_all(left, "", 0);
    cr_expect_eq(try_to_write(path, false, &err), PB_OK, "%s", err.text);
    cr_expect_eq(count_files(), 1);
}

Test(results, an_incomplete_file_is_not_published)
{
    made_up_result made;
    pb_writer *writer = NULL;
    pb_error err = {0};
    const void *column[PB_N_COLUMNS];
    made_up_init(&made, 100, PB_KEEP_DRAWS);
    made_up_block(&made, 0, 100);
    memcpy(column, made.column, sizeof column);
    cr_assert_eq(made_up_create(&made, path, false, &writer, &err), PB_OK, "%s", err.text);
    cr_assert_eq(pb_writer_draws(writer, 0, 60, column, made.inputs, &err), PB_OK);
    cr_expect_eq(pb_writer_draws(writer, 61, 39, column, made.inputs, &err), PB_INTERNAL);
    err = (pb_error){0};
    cr_expect_eq(pb_writer_finish(writer, &made.summary, &err), PB_INTERNAL);
    cr_expect_eq(count_files(), 0);
    made_up_free(&made);
}

/* ---- a disk that fills up ---- */

ParameterizedTestParameters(results, a_full_disk_leaves_nothing)
{
    /* from the first byte to just below the size of the file; each in a process of its own */
    static size_t percent[] = {0, 1, 3, 5, 10, 20, 40, 60, 80, 90, 95, 99};
    return cr_make_param_array(size_t, percent, sizeof percent / sizeof *percent);
}

ParameterizedTest(size_t *percent, results, a_full_disk_leaves_nothing)
{
    pb_error err;
    struct stat whole;
    cr_assert_eq(try_to_write(path, false, &err), PB_OK, "%s", err.text);
    cr_assert_eq(stat(path, &whole), 0);
    remove(path);
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit limit = {(rlim_t)whole.st_size * *percent / 100, RLIM_INFINITY};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_expect_eq(try_to_write(path, false, &err), PB_IO, "%d %s", err.status, err.text);
    cr_expect_not_null(strstr(err.text, "cannot write"), "%s", err.text);
    cr_expect_eq(count_files(), 0);
}

/* A hole in the file reads as zeros, whose checksum is zero as well. */
Test(results, a_chunk_of_zeros_is_not_taken_for_what_was_written)
{
    enum { CHUNK = 100 };
    const pb_h5_about about = {.name = "x", .long_name = "x", .units = "1"};
    const hsize_t offset[1] = {CHUNK};
    static const char zeros[CHUNK * sizeof(int64_t) + 4];
    int64_t values[2 * CHUNK];
    pb_chunked column;
    for (int i = 0; i < 2 * CHUNK; i++) {
        values[i] = i;
    }
    hid_t file = pb_h5_create_file(path);
    hid_t set = pb_h5_create_scale(file, &about, H5T_NATIVE_INT64, 2 * CHUNK, CHUNK);
    cr_assert_eq(pb_chunked_open(&column, set, sizeof(int64_t), CHUNK), 0);
    cr_assert_eq(pb_chunked_append(&column, values, 2 * CHUNK), 0);
    cr_expect_eq(pb_chunked_verify(&column, set), 0);
    cr_assert_eq(H5Dwrite_chunk(set, H5P_DEFAULT, 0, offset, sizeof zeros, zeros), 0);
    cr_assert_eq(H5Dread(set, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), 0,
                 "HDF5 itself sees nothing wrong");
    cr_expect_lt(pb_chunked_verify(&column, set), 0);
    cr_expect_eq(pb_chunked_close(&column, 0), 0);
    cr_expect_eq(H5Fclose(file), 0);
}

Test(results, chunks_are_nearly_full_and_small_enough_for_readers)
{
    cr_expect_eq(pb_chunk_draws(10, 8), 10);
    cr_expect_eq(pb_chunk_draws(65536, 8), 65536);
    cr_expect_eq(pb_chunk_draws(65537, 8), 32769);
    cr_expect_eq(pb_chunk_draws(1000000, 8), 62500);
    cr_expect_eq(pb_chunk_draws(1 << 20, 256), 16384, "4 MiB");
    cr_expect_eq(pb_chunk_draws(5, 100 << 20), 1);
}

/* ---- reading ---- */

static pb_status try_to_read(pb_error *err)
{
    pb_summary summary;
    memset(err, 0, sizeof *err);
    const pb_status status = pb_read_summary(path, &summary, err);
    cr_expect(status == PB_OK || summary.entry == NULL);
    pb_summary_free(&summary);
    return status;
}

Test(results, a_missing_file_is_no_input)
{
    pb_error err;
    cr_expect_eq(try_to_read(&err), PB_NO_INPUT);
    cr_expect_not_null(strstr(err.text, "No such file"), "%s", err.text);
}

Test(results, what_is_not_hdf5_is_refused)
{
    pb_error err;
    write_all(path, "a,b\n1,2\n", 8);
    cr_expect_eq(try_to_read(&err), PB_DATA);
    cr_expect_not_null(strstr(err.text, "not an HDF5 file"), "%s", err.text);
    write_all(path, "", 0);
    cr_expect_eq(try_to_read(&err), PB_DATA);
}

Test(results, another_programs_file_is_refused)
{
    pb_error err;
    hid_t file = pb_h5_create_file(path);
    cr_assert_eq(H5Fclose(file), 0);
    cr_expect_eq(try_to_read(&err), PB_DATA);
    cr_expect_not_null(strstr(err.text, "not a result of planb"), "%s", err.text);
}

static void change_attribute(const char *name, int value)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
    cr_assert_eq(H5Awrite(attribute, H5T_NATIVE_INT, &value), 0);
    H5Aclose(attribute);
    cr_assert_eq(H5Fclose(file), 0);
}

Test(results, a_newer_format_is_refused_by_its_number)
{
    pb_error err;
    write_made_up(10, PB_KEEP_NONE);
    change_attribute("planb_format", PB_RESULT_FORMAT + 1);
    cr_expect_eq(try_to_read(&err), PB_DATA);
    cr_expect_not_null(strstr(err.text, "format 2, from a newer planb"), "%s", err.text);
}

Test(results, a_file_that_does_not_call_itself_complete_is_refused)
{
    pb_error err;
    write_made_up(10, PB_KEEP_NONE);
    change_attribute("complete", 0);
    cr_expect_eq(try_to_read(&err), PB_DATA);
}

Test(results, a_summary_in_another_file_is_not_followed)
{
    pb_error err;
    char other[IN_FOLDER_SIZE];
    write_made_up(10, PB_KEEP_NONE);
    snprintf(other, sizeof other, "%s/other.h5", directory);
    cr_assert_eq(rename(path, other), 0);
    write_made_up(10, PB_KEEP_NONE);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    cr_assert_eq(H5Ldelete(file, "summary/value", H5P_DEFAULT), 0);
    cr_assert_eq(H5Lcreate_external(other, "/summary/value", file, "summary/value", H5P_DEFAULT,
                                    H5P_DEFAULT),
                 0);
    cr_assert_eq(H5Fclose(file), 0);
    cr_expect_eq(try_to_read(&err), PB_DATA);
}

Test(results, a_truncated_file_is_refused)
{
    pb_error err;
    size_t size;
    write_made_up(10, PB_KEEP_NONE);
    char *bytes = read_all(path, &size);
    for (size_t length = 0; length < size; length += 997) {
        write_all(path, bytes, length);
        cr_expect_eq(try_to_read(&err), PB_DATA, "%zu of %zu bytes", length, size);
    }
    free(bytes);
}

static bool same_summary(const pb_summary *a, const pb_summary *b)
{
    for (size_t i = 0; i < a->n && a->n == b->n; i++) {
        const pb_entry *x = &a->entry[i], *y = &b->entry[i];
        if (strcmp(x->path, y->path) != 0 || x->kind != y->kind || x->method != y->method
            || memcmp(&x->value, &y->value, sizeof x->value) != 0
            || memcmp(&x->se, &y->se, sizeof x->se) != 0 || x->n != y->n
            || strcmp(x->text ? x->text : "", y->text ? y->text : "") != 0) {
            return false;
        }
    }
    return a->n == b->n;
}

Test(results, a_summary_reads_back)
{
    made_up_result made;
    pb_summary summary;
    pb_error err = {0};
    made_up_init(&made, 10, PB_KEEP_NONE);
    cr_assert_eq(made_up_write(&made, path, false, &err), PB_OK, "%s", err.text);
    cr_assert_eq(pb_read_summary(path, &summary, &err), PB_OK, "%s", err.text);
    cr_expect(same_summary(&summary, &made.summary));
    pb_summary_free(&summary);
    made_up_free(&made);
}

/* 0: reads as before, 1: refused, 2: reads otherwise. In a process of its own, since HDF5 1.10 has
 * no checksum over its heap of texts and may crash there, which is noticed as well. */
static int outcome_of_reading(const pb_summary *expected)
{
    int status = 0;
    const pid_t child = fork();
    if (child == 0) {
        pb_summary summary;
        pb_error err = {0};
        signal(SIGSEGV, SIG_DFL);
        signal(SIGABRT, SIG_DFL);
        if (freopen("/dev/null", "w", stderr) == NULL) { /* of sanitizers, about HDF5 */
            _exit(1);
        }
        alarm(2);
        if (pb_read_summary(path, &summary, &err) != PB_OK) {
            _exit(1);
        }
        _exit(same_summary(&summary, expected) ? 0 : 2);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

Test(results, a_flipped_bit_never_changes_the_summary_silently)
{
    made_up_result made;
    size_t size;
    int refused = 0;
    made_up_init(&made, 10, PB_KEEP_NONE);
    write_made_up(10, PB_KEEP_NONE);
    char *bytes = read_all(path, &size);
    for (size_t at = 3; at < size; at += 211) {
        bytes[at] ^= 4;
        write_all(path, bytes, size);
        const int outcome = outcome_of_reading(&made.summary);
        cr_expect_neq(outcome, 2, "byte %zu", at);
        refused += outcome == 1;
        bytes[at] ^= 4;
    }
    cr_expect_gt(refused, 0);
    free(bytes);
    made_up_free(&made);
}

Test(results, a_long_scenario_reads_back)
{
    enum { LENGTH = 100000 };
    made_up_result made;
    pb_error err = {0};
    char *text = NULL, *yaml = malloc(LENGTH + 1);
    for (int i = 0; i < LENGTH; i++) {
        yaml[i] = "a: b c\n"[i % 7];
    }
    yaml[LENGTH] = '\0';
    made_up_init(&made, 10, PB_KEEP_NONE);
    made.provenance.scenario_yaml = yaml;
    cr_assert_eq(made_up_write(&made, path, false, &err), PB_OK, "%s", err.text);
    cr_assert_eq(pb_read_attribute(path, "scenario_yaml", &text, &err), PB_OK, "%s", err.text);
    cr_expect_str_eq(text, yaml);
    free(text);
    cr_expect_eq(pb_read_attribute(path, "no_such_text", &text, &err), PB_DATA);
    cr_expect_null(text);
    free(yaml);
    made_up_free(&made);
}
