// Trains LeNet in C++, with the pieces of large kernels spread over threads of the program's own.
//
//   ./nnc compile examples/lenet/lenet.nnet -o lenet
//   c++ -std=c++17 -O2 -Ilenet examples/embed/cpp/train.cpp lenet/liblenet.a -lm -lpthread -o train
//   ./train
#include "lenet.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

void check(nnc_status status) {
    if (status != LENET_OK) {
        throw std::runtime_error(lenet_status_message(status));
    }
}

// The simplest parallel-for: threads for each kernel. A program that cares keeps them in a pool.
void run(void *context, void (*body)(void *, int64_t), void *data, int64_t pieces) {
    std::atomic<int64_t> next{0};
    auto work = [&] {
        for (int64_t piece = next++; piece < pieces; piece = next++) {
            body(data, piece);
        }
    };
    std::vector<std::thread> threads;
    for (int k = 1; k < *static_cast<int *>(context); k++) {
        threads.emplace_back(work);
    }

    work();
    for (auto &thread : threads) {
        thread.join();
    }
}

struct Model {
    std::unique_ptr<lenet_params> params = std::make_unique<lenet_params>();
    std::unique_ptr<lenet_optimizer> optimizer = std::make_unique<lenet_optimizer>();
    std::vector<unsigned char> workspace;

    explicit Model(int64_t seed) {
        check(lenet_init(params.get(), sizeof *params, LENET_ABI, seed, nullptr, 0));
        check(lenet_init_optimizer(optimizer.get(), sizeof *optimizer, LENET_ABI, seed));
    }

    float train(const std::vector<float> &images, const std::vector<int32_t> &digits, const nnc_parallel *parallel) {
        const lenet_dims dims{static_cast<int64_t>(digits.size())};
        size_t bytes = 0;
        check(lenet_train_step_workspace(&dims, &bytes));
        workspace.resize(std::max(workspace.size(), bytes));
        float loss = 0;
        check(lenet_train_step(params.get(), optimizer.get(), &dims, images.data(), digits.data(), &loss, nullptr, nullptr, workspace.data(), workspace.size(), parallel));
        return loss;
    }
};

// Made-up digits: a bar at a place that the label says, and noise.
void draw(std::mt19937 &random, std::vector<float> &images, std::vector<int32_t> &digits) {
    for (size_t n = 0; n < digits.size(); n++) {
        digits[n] = static_cast<int32_t>(random() % 10);
        for (int i = 0; i < 28 * 28; i++) {
            const float noise = static_cast<float>(random() % 1000) / 5000;
            images[n * 28 * 28 + static_cast<size_t>(i)] = noise + (i / 28 / 2 == digits[n] + 2 ? 0.8F : 0.0F);
        }
    }
}

}  // namespace

int main() {
    try {
        int threads = 2;
        const nnc_parallel parallel{&threads, run};
        Model alone(1), together(1);
        std::mt19937 random(7);
        std::vector<float> images(64 * 28 * 28);
        std::vector<int32_t> digits(64);
        float first = 0, last = 0, other = 0;
        for (int step = 0; step < 60; step++) {
            draw(random, images, digits);
            last = together.train(images, digits, &parallel);
            other = alone.train(images, digits, nullptr);
            first = step == 0 ? last : first;
        }

        std::printf("loss %.4f, after 60 steps %.4f; one thread and two: %s\n", first, last, last == other ? "the same" : "different");
        return last < first / 4 && last == other ? 0 : 1;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "lenet: %s\n", error.what());
        return 1;
    }
}
