/* SPDX-License-Identifier: MIT */
/* Work on files beside the screen: the order, the bound, the results, and that an end does not wait for the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <poll.h>

#include "core/attachment.h"
#include "ui/file_job.h"

static char folder[64], database[96], program[96];

static void
write_file(const char *path, const char *text, mode_t mode)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static int
setup(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "%s", "/tmp/hilo-test-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(database, sizeof database, "%s/hilo.db", folder);
	snprintf(program, sizeof program, "%s/draw", folder);
	write_file(program, "#!/bin/sh\necho \"$@\"\n", 0700);
	return 0;
}

static int
teardown(void **state)
{
	char files[96];

	(void)state;
	snprintf(files, sizeof files, "%s/files", folder);
	unlink(program);
	rmdir(files);
	return rmdir(folder);
}

static struct file_jobs *
start(void)
{
	struct file_jobs *jobs;
	struct err err = { "" };

	if (file_jobs_new(database, program, &jobs, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return jobs;
}

/* The next one that ends. */
static struct file_job_result
take(struct file_jobs *jobs)
{
	struct pollfd fd = { .fd = file_jobs_fd(jobs), .events = POLLIN };
	struct file_job_result result = { .number = 0 };

	assert_int_equal(poll(&fd, 1, 10000), 1);
	assert_true(file_jobs_take(jobs, &result));
	return result;
}

static void
remove_stored(const char *path)
{
	char *file = attachment_file(database, path);

	assert_non_null(file);
	assert_int_equal(unlink(file), 0);
	free(file);
}

static void
test_a_file_comes_in_and_goes_out(void **state)
{
	struct file_jobs *jobs = start();
	struct file_job_result in, out;
	char path[128], copy[128];
	uint64_t number;

	(void)state;
	snprintf(path, sizeof path, "%s/notes", folder);
	snprintf(copy, sizeof copy, "%s/copy", folder);
	write_file(path, "some text\n", 0600);
	number = file_job_import(jobs, path, NULL);
	in = take(jobs);
	assert_int_equal(in.number, number);
	assert_int_equal(in.kind, FILE_JOB_IMPORT);
	assert_int_equal(in.status, STATUS_OK);
	assert_string_equal(in.content_type, "text/plain");
	assert_string_equal(in.name, "notes.txt");
	assert_int_equal(in.size, 10);
	assert_true(file_job_save(jobs, in.path, in.name, copy, NULL) > number);
	out = take(jobs);
	assert_int_equal(out.status, STATUS_OK);
	assert_string_equal(out.path, copy);
	file_job_result_release(&out);
	file_job_save(jobs, in.path, in.name, copy, NULL);
	out = take(jobs);
	assert_int_equal(out.status, STATUS_CONFLICT);
	assert_true(out.err.text[0] != '\0');
	file_job_result_release(&out);
	remove_stored(in.path);
	file_job_result_release(&in);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(unlink(copy), 0);
	file_jobs_free(jobs);
}

static void
test_a_picture_is_made_by_the_program(void **state)
{
	static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x64\0\0\0\x64\x08\x02\0\0\0";
	struct picture_box box = { .kind = PICTURE_SIXEL, .columns = 40, .rows = 20, .cell_width = 10, .cell_height = 20 };
	struct file_jobs *jobs = start();
	struct file_job_result result;
	char path[128], expected[256];
	FILE *file;

	(void)state;
	snprintf(path, sizeof path, "%s/files", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/files/1.png", folder);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(png, 1, sizeof png, file), sizeof png);
	fclose(file);
	file_job_picture(jobs, "1.png", &box, NULL);
	result = take(jobs);
	assert_int_equal(result.status, STATUS_OK);
	assert_int_equal(result.columns, 10);
	assert_int_equal(result.rows, 5);
	snprintf(expected, sizeof expected, "picture --sixel --columns 40 --rows 20 --cell 10x20 -- %s\n", path);
	assert_string_equal(strbuf_text(&result.picture), expected);
	file_job_result_release(&result);
	write_file(program, "#!/bin/sh\nexit 1\n", 0700);
	file_job_picture(jobs, "1.png", &box, NULL);
	result = take(jobs);
	assert_int_equal(result.status, STATUS_INVALID);
	file_job_result_release(&result);
	file_job_picture(jobs, "2.png", &box, NULL);
	result = take(jobs);
	assert_int_equal(result.status, STATUS_INVALID);
	file_job_result_release(&result);
	file_job_picture(jobs, "../hilo.db", &box, NULL);
	result = take(jobs);
	assert_int_equal(result.status, STATUS_NOT_FOUND);
	file_job_result_release(&result);
	assert_int_equal(unlink(path), 0);
	file_jobs_free(jobs);
}

static void
test_the_number_of_jobs_is_bounded_and_their_order_kept(void **state)
{
	struct file_jobs *jobs = start();
	struct file_job_result result;
	struct err err = { "" };

	(void)state;
	for (int round = 0; round < 3; round++) {
		uint64_t first = 0;

		for (int i = 0; i < FILE_JOBS_MAX; i++) {
			uint64_t number = file_job_import(jobs, "/no/such/file", &err);

			assert_true(number > 0);
			first = i == 0 ? number : first;
		}
		assert_int_equal(file_job_import(jobs, "/no/such/file", &err), 0);
		assert_true(err.text[0] != '\0');
		for (int i = 0; i < FILE_JOBS_MAX; i++) {
			result = take(jobs);
			assert_int_equal(result.number, first + (uint64_t)i);
			assert_int_equal(result.status, STATUS_NOT_FOUND);
			file_job_result_release(&result);
		}
		assert_false(file_jobs_take(jobs, &result));
	}
	file_jobs_free(jobs);
}

static void
test_the_end_does_not_wait_for_the_rest(void **state)
{
	struct file_jobs *jobs = start();

	(void)state;
	for (int i = 0; i < FILE_JOBS_MAX; i++)
		assert_true(file_job_save(jobs, "1.png", "a", folder, NULL) > 0);
	file_jobs_free(jobs);
	file_jobs_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_file_comes_in_and_goes_out, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_picture_is_made_by_the_program, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_number_of_jobs_is_bounded_and_their_order_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_end_does_not_wait_for_the_rest, setup, teardown),
	};

	return cmocka_run_group_tests_name("file jobs", tests, NULL, NULL);
}
