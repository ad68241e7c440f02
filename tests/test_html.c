#include <criterion/criterion.h>
Test(html, x) {}
