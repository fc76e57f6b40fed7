/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_H5_H
#define PLANB_RESULTS_H5_H

#include <hdf5.h>
#include <stdint.h>

/**
 * HDF5 that is also valid netCDF-4. What that takes, and all of it is done here: every axis of
 * every dataset is a dimension scale, creation order of links and attributes is tracked, a text
 * attribute is one scalar variable-length UTF-8 string, `_FillValue` has the dataset's own type.
 * Object times are off, so that the same content gives the same bytes.
 *
 * As in HDF5 itself a function returns a negative number when it fails; what that means for the
 * user is said by the caller. For one thread at a time.
 */

/** What a dataset says of itself. Name, long name and units are never NULL. */
typedef struct pb_h5_about {
    const char *name, *long_name, *units;
    const char *flags;       /**< words for 0, 1, 2, ... of a dataset of bytes; NULL: no flag */
    const char *coordinates; /**< datasets that label its axes, with blanks between; or NULL */
    const void *fill;        /**< what stands for a missing value, in the dataset's type; or NULL */
} pb_h5_about;

/** Silences HDF5's own messages and forbids plug-ins. Harmless when called again. */
void pb_h5_init(void);

/** Creates a file that does not exist yet. The only place where planb creates an HDF5 file. */
hid_t pb_h5_create_file(const char *path);

/** Opens a file for reading. */
hid_t pb_h5_open_file(const char *path);

hid_t pb_h5_create_group(hid_t parent, const char *name);

/** Variable-length UTF-8; in memory a `char *`. To be closed by the caller. */
hid_t pb_h5_text_type(void);

/** Attributes: a text, one number, a list of `n` numbers. */
herr_t pb_h5_put_text(hid_t object, const char *name, const char *text);
herr_t pb_h5_put_number(hid_t object, const char *name, hid_t type, const void *value);
herr_t pb_h5_put_list(hid_t object, const char *name, hid_t type, hsize_t n, const void *values);

/** Reads a scalar text attribute; *text is owned by the caller. */
herr_t pb_h5_get_text(hid_t object, const char *name, char **text);

/** Reads a scalar attribute of whole numbers. */
herr_t pb_h5_get_integer(hid_t object, const char *name, int64_t *value);

/**
 * An empty axis of `n` places. `chunk` is how many of them HDF5 stores together with a checksum
 * (Fletcher-32); 0 stores all in one piece without one, which texts need.
 */
hid_t pb_h5_create_scale(hid_t parent, const pb_h5_about *about, hid_t type, hsize_t n,
                         hsize_t chunk);

enum { PB_H5_MAX_RANK = 3 };

/** An empty dataset over `rank` scales; `chunk` counts places of the first axis. */
hid_t pb_h5_create_set(hid_t parent, const pb_h5_about *about, hid_t type, int rank,
                       const hid_t *scale, hsize_t chunk);

/** Creates a dataset over the scales, writes all its values and closes it. */
herr_t pb_h5_put_set(hid_t parent, const pb_h5_about *about, hid_t type, int rank,
                     const hid_t *scale, const void *values);

/** The same for an axis, which stays open. */
hid_t pb_h5_put_scale(hid_t parent, const pb_h5_about *about, hid_t type, hsize_t n,
                      const void *values);

/** Opens a dataset that lies in this file itself: no external or virtual one, no foreign link. */
hid_t pb_h5_open_set(hid_t parent, const char *name);

/** Length of a scale or other 1-D dataset; 0 if it is none. */
hsize_t pb_h5_length(hid_t set);

/** Closes `id` unless it is invalid. Returns `result`, or a negative number if closing failed. */
herr_t pb_h5_close(hid_t id, herr_t result);

#endif
