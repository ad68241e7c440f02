typedef int stub_t;
