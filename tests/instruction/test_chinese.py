"""Sentences in Chinese about catalogues that are in Chinese themselves, as people type them."""

import numpy as np
import pytest

from recbole_instructrec.catalogue import Catalogue, Labels, Role
from recbole_instructrec.instruction.decoder import InstructionDecoder
from recbole_instructrec.instruction.structure import Constraint as C

NOUNS = {
    "books": "书", "dishes": "菜谱", "places": "餐厅", "shop": "商品", "news": "新闻",
    "series": "电视剧", "cars": "二手车", "phones": "手机", "library": "书", "eats": "餐厅",
}  # fmt: skip
UNITS = {"phones": {"内存": "{number}G"}}


def catalogue(titles, labels, **numbers) -> Catalogue:
    """Some items, the padding item before them."""
    return Catalogue(
        ["", *(f"i{item}" for item in range(len(titles)))],
        ["", *titles],
        {
            role: Labels.of([[], *(cell.split() for cell in cells)])
            for role, cells in labels.items()
        },
        {role: np.array([np.nan, *cells]) for role, cells in numbers.items()},
        {
            "title": Role.parse("title", "title"),
            "year": Role.parse("year", {"column": "year", "recent": 2}),
        },
    )


CATALOGUES = {
    "books": catalogue(
        ["三体", "活着", "白夜行", "嫌疑人X的献身", "人类简史", "平凡的世界"],
        {
            "author": ["刘慈欣", "余华", "东野圭吾", "东野圭吾", "赫拉利", "路遥"],
            "category": ["科幻", "小说", "推理", "推理", "历史", "小说"],
        },
        pages=[302, 191, 467, 251, 440, 1251],
        price=[23, 20, 30, 28, 68, 108],
        year=[2008, 1993, 2008, 2006, 2014, 1986],
        rating=[9.2, 9.4, 9.2, 8.9, 9.1, 9.0],
    ),
    "dishes": catalogue(
        ["番茄炒蛋", "凉拌黄瓜", "土豆炖牛肉", "清蒸鲈鱼", "香蕉松饼"],
        {
            "cuisine": ["家常菜", "家常菜", "东北菜", "粤菜", "西餐"],
            "ingredients": ["番茄 鸡蛋", "黄瓜 大蒜", "牛肉 土豆", "鲈鱼 葱", "香蕉 鸡蛋"],
            "tags": ["下饭", "清淡", "下饭", "清淡", "早餐 松软"],
        },
        minutes=[10, 5, 80, 25, 20],
        calories=[220, 60, 520, 180, 330],
    ),
    "places": catalogue(
        ["海底捞火锅", "全聚德烤鸭店", "眉州东坡", "渝信川菜"],
        {
            "cuisine": ["火锅", "北京菜", "川菜", "川菜"],
            "district": ["朝阳区", "东城区", "海淀区", "朝阳区"],
        },
        price=[130, 220, 95, 85],
    ),
    "shop": catalogue(
        ["男士轻便跑步鞋", "女士轻便跑步鞋", "男士羽绒服 短款 黑色", "女士羽绒服 中长款 白色",
         "无线蓝牙耳机 降噪", "智能手机 256GB", "智能手机 512GB", "男士纯棉T恤 黑色"],
        {
            "brand": "李宁 耐克 波司登 波司登 华为 小米 华为 优衣库".split(),
            "category": "鞋靴 鞋靴 男装 女装 数码 数码 数码 男装".split(),
        },
        price=[299, 359, 999, 1299, 899, 2999, 6999, 79],
    ),
    "news": catalogue(
        ["台风登陆福建", "一线城市房价连续下跌", "新能源汽车出口创新高", "专家提醒警惕电信诈骗"],
        {"category": ["社会", "房产", "汽车", "社会"]},
        year=[2022, 2023, 2024, 2022],
    ),
    "series": catalogue(
        ["甄嬛传", "武林外传", "隐秘的角落", "都挺好", "繁花", "鬼怪"],
        {
            "actor": ["孙俪", "闫妮 姚晨", "秦昊", "姚晨", "胡歌", "孔刘"],
            "category": ["古装 宫斗", "古装 喜剧", "悬疑 犯罪", "家庭 都市", "都市", "奇幻"],
            "country": ["大陆", "大陆", "大陆", "大陆", "大陆", "韩国"],
        },
        episodes=[76, 80, 12, 46, 30, 16],
        minutes=[45, 45, 70, 45, 45, 90],
        rating=[9.4, 9.6, 8.8, 7.8, 8.7, 8.7],
    ),
    "cars": catalogue(
        ["大众朗逸 2018款", "五菱宏光S", "本田CR-V 2021款", "捷达 2012款", "江铃域虎 2019款"],
        {
            "brand": ["大众", "五菱", "本田", "大众", "江铃"],
            "category": ["轿车", "面包车", "SUV", "轿车", "皮卡"],
        },
        mileage=[52000, 135000, 28000, 146000, 78000],
        price=[68000, 15000, 149000, 18000, 62000],
        year=[2018, 2014, 2021, 2012, 2019],
    ),
    "phones": catalogue(
        ["小米14", "红米K70", "iPhone 15", "华为Mate 60", "荣耀X50"],
        {
            "brand": ["小米", "红米", "苹果", "华为", "荣耀"],
            "tags": ["无线充电", "快充 游戏", "无线充电", "卫星通信 无线充电", "长续航"],
            "存储": ["256GB", "512GB", "256GB", "1TB", "128GB"],
        },
        内存=[12, 16, 6, 12, 8],
        price=[3999, 2499, 5999, 6999, 1399],
    ),
    "library": catalogue(
        ["白夜行", "恶意", "杭州谜案", "生活"],
        {
            "author": ["东野圭吾", "东野圭吾", "蔡骏", "余华"],
            "category": ["推理 悬疑", "推理", "推理 小说", "小说"],
        },
    ),
    "eats": catalogue(
        ["竹里馆", "四季小馆", "渔家"],
        {"cuisine": ["日本料理", "小吃快餐", "粤菜"], "tags": ["可停车", "有包间", "可停车"]},
        price=[180, 45, 99],
        stars=[4.6, 3.9, 4.8],
    ),
}  # fmt: skip


for domain, role in (
    ("eats", "stars"),
    ("cars", "mileage"),
    ("series", "episodes"),
    ("phones", "内存"),
):
    CATALOGUES[domain].roles[role] = Role.parse(role, {"column": role, "kind": "number"})


@pytest.fixture(scope="module")
def decoders(languages):
    return {
        name: InstructionDecoder(one, languages, {"zh": NOUNS[name]}, {"zh": UNITS.get(name, {})})
        for name, one in CATALOGUES.items()
    }


def one(role, label, relation="is"):
    return C(role, relation, label=label)


def titled(words, relation="about"):
    return C("title", relation, label=(words,))


REFUSED = [one("category", "古装", "is_not"), one("category", "宫斗", "is_not")]


@pytest.mark.parametrize(
    ("domain", "sentence", "constraints"),
    [
        # What somebody does not eat, or like, or where they do not go
        ("dishes", "不吃牛肉，有什么下饭菜",
         [one("ingredients", "牛肉", "is_not"), one("tags", "下饭")]),
        ("dishes", "不加大蒜的家常菜",
         [one("ingredients", "大蒜", "is_not"), one("cuisine", "家常菜")]),
        ("dishes", "不放葱", [one("ingredients", "葱", "is_not")]),
        ("dishes", "不要放松软的", [one("tags", "松软", "is_not")]),
        ("dishes", "不要下饭的", [one("tags", "下饭", "is_not")]),
        ("books", "我不喜欢历史书", [one("category", "历史", "is_not")]),
        ("places", "不在朝阳区的川菜",
         [one("district", "朝阳区", "is_not"), one("cuisine", "川菜")]),
        ("places", "吃腻了川菜，想换个口味", [one("cuisine", "川菜", "is_not")]),
        ("places", "川菜我吃腻了", [one("cuisine", "川菜", "is_not")]),
        ("books", "小说 不要推理 50以内",
         [one("category", "小说"), one("category", "推理", "is_not"),
          C("price", "at_most", high=50)]),
        # Numbers as they are spoken
        ("shop", "三千左右的手机",
         [C("price", "between", low=2400, high=3600), one("title", ("手机",), "about")]),
        ("books", "30到40的小说",
         [C("price", "between", low=30, high=40), one("category", "小说")]),
        ("books", "二三十块的书", [C("price", "between", low=20, high=30)]),
        ("books", "三四百页的小说",
         [C("pages", "between", low=300, high=400), one("category", "小说")]),
        ("shop", "一千五以内", [C("price", "at_most", high=1500)]),
        ("places", "人均一百五以内", [C("price", "at_most", high=150)]),
        ("shop", "几百块的T恤",
         [C("price", "between", low=200, high=900), one("title", ("t恤",), "about")]),
        ("books", "09年以前", [C.beyond("year", "below", 2009)]),
        ("books", "95年以后的", [C("year", "at_least", low=1995)]),
        ("books", "90到95年的小说",
         [C("year", "between", low=1990, high=1995), one("category", "小说")]),
        ("books", "20年以前的", [C("year", "at_most", high=1994)]),  # as many years back
        ("dishes", "半小时能做好的菜", [C("minutes", "at_most", high=30)]),
        ("shop", "一百到二百", [C("price", "between", low=100, high=200)]),
        ("shop", "10到20万", [C("price", "between", low=100000, high=200000)]),
        ("shop", "12万8以内", [C("price", "at_most", high=128000)]),
        ("shop", "200以上500以下", [C("price", "between", low=200, high=500)]),
        # Lists
        ("books", "50以内，小说或者科幻",
         [C("price", "at_most", high=50), one("category", ("小说", "科幻"), "is_any")]),
        ("books", "不要推理，小说或者科幻",
         [one("category", "推理", "is_not"), one("category", ("小说", "科幻"), "is_any")]),
        ("books", "不要推理，历史也不要",
         [one("category", "推理", "is_not"), one("category", "历史", "is_not")]),
        ("books", "小说，科幻也行", [one("category", ("小说", "科幻"), "is_any")]),
        ("books", "没有推理也行，要小说", [one("category", "小说")]),
        ("shop", "不要小米华为", [one("brand", "小米", "is_not"), one("brand", "华为", "is_not")]),
        # Compared with a title
        ("books", "比《三体》短的书", [C("pages", "at_most", high=251)]),
        ("books", "比三体薄的", [C("pages", "at_most", high=251)]),
        ("books", "比平凡的世界短一点的", [C("pages", "at_most", high=467)]),
        ("books", "比《人类简史》便宜的", [C("price", "at_most", high=30)]),
        ("places", "比海底捞便宜的", [C("price", "at_most", high=95)]),
        # Labels by their usual names, and as the catalogue calls them
        ("places", "朝阳的川菜", [one("district", "朝阳区"), one("cuisine", "川菜")]),
        ("dishes", "清淡的菜", [one("tags", "清淡")]),
        ("dishes", "用鸡蛋和番茄做的菜",
         [one("ingredients", "鸡蛋"), one("ingredients", "番茄")]),
        ("dishes", "家常菜和粤菜", [one("cuisine", ("家常菜", "粤菜"), "is_any")]),
        # What titles tell of things in a shop
        ("shop", "白色羽绒服", [one("title", ("白色 羽绒服",), "about")]),
        ("shop", "不要白色的羽绒服", [one("title", ("白色 羽绒服",), "not_about")]),
        ("shop", "华为手机", [one("brand", "华为"), one("title", ("手机",), "about")]),
        ("shop", "男士跑步鞋", [one("title", ("男士 跑步鞋",), "about")]),  # and no 男装
        ("shop", "男装", [one("category", "男装")]),
        ("shop", "小米手机或者华为手机",
         [one("title", ("手机",), "about"), one("brand", ("小米", "华为"), "is_any")]),
        ("shop", "数码，小米或华为",
         [one("category", "数码"), one("brand", ("小米", "华为"), "is_any")]),
        # What the news are about
        ("news", "跟台风有关的新闻", [one("title", ("台风",), "about")]),
        ("news", "电信诈骗方面的", [one("title", ("电信诈骗",), "about")]),
        ("news", "新能源汽车相关的", [one("title", ("新能源汽车",), "about")]),
        ("news", "汽车相关的新闻", [one("category", "汽车")]),
        # Refusals of all that stands before them, or by any verb
        ("series", "古装和宫斗都不想看", REFUSED),
        ("series", "古装跟宫斗一律不要", REFUSED),
        ("series", "古装、宫斗我都不喜欢", REFUSED),
        ("series", "都不要古装和宫斗", REFUSED),
        ("series", "古装和喜剧都行", [one("category", ("古装", "喜剧"), "is_any")]),
        ("series", "既要古装又要悬疑", [one("category", "古装"), one("category", "悬疑")]),
        ("series", "古装，不不不，悬疑", [one("category", "悬疑")]),
        ("series", "别整古装", [one("category", "古装", "is_not")]),
        ("series", "别虐的古装剧", [one("category", "古装")]),  # which is not to be cruel
        ("series", "不能错过的古装剧", [one("category", "古装")]),
        ("phones", "内存大小8G的", [C("内存", "between", low=8, high=8)]),
        ("phones", "内存大小无所谓", []),
        ("series", "别选大陆的，要奇幻",
         [one("country", "大陆", "is_not"), one("category", "奇幻")]),
        ("series", "古装就别推荐了", [one("category", "古装", "is_not")]),
        ("series", "不能是大陆的", [one("country", "大陆", "is_not")]),
        ("series", "别忘了古装", [one("category", "古装")]),
        ("series", "喜剧，别推荐我看过的", [one("category", "喜剧")]),
        ("series", "喜剧，不要我看过的", [one("category", "喜剧")]),
        ("phones", "五千以上别推荐", [C.beyond("price", "below", 5000)]),
        # What is denied twice is demanded
        ("series", "不是悬疑的不看", [one("category", "悬疑")]),
        ("series", "非悬疑不看", [one("category", "悬疑")]),
        ("series", "除了悬疑都不要", [one("category", "悬疑")]),
        ("series", "除了悬疑，其他都不看", [one("category", "悬疑")]),
        ("series", "除了悬疑，其他都可以", [one("category", "悬疑", "is_not")]),
        ("series", "除了悬疑，古装也不要",
         [one("category", "悬疑", "is_not"), one("category", "古装", "is_not")]),
        # What something else is wanted besides is not refused
        ("series", "除了喜剧还想看悬疑", [one("category", "悬疑")]),
        ("series", "除了喜剧之外，我也喜欢悬疑", [one("category", "悬疑")]),
        ("series", "除了喜剧还有什么", [one("category", "喜剧", "is_not")]),
        ("series", "除了喜剧以外都可以", [one("category", "喜剧", "is_not")]),
        ("phones", "除了快充，还要有无线充电", [one("tags", "快充"), one("tags", "无线充电")]),
        # What is too much of something gives way to what is asked for instead
        ("places", "火锅太贵了，看看川菜",
         [C("price", "at_most", high=95), one("cuisine", "川菜")]),
        ("series", "古装太长，看看都市",
         [C.beyond("minutes", "below", 45), one("category", "都市")]),
        ("series", "古装太闹，看看都市", [one("category", "都市")]),
        ("series", "古装太闹", [one("category", "古装")]),  # nothing else is asked for
        # What is only accepted is not demanded, but a limit is
        ("series", "能接受古装", []),
        ("series", "最好是喜剧，古装可以接受", [one("category", ("喜剧", "古装"), "is_any")]),
        ("series", "古装不能接受", [one("category", "古装", "is_not")]),
        ("phones", "能接受3000以内", [C("price", "at_most", high=3000)]),
        ("series", "不是9分以上的不要", [C("rating", "at_least", low=9)]),
        ("phones", "不要没有快充的", [one("tags", "快充")]),
        ("phones", "没有快充的不要", [one("tags", "快充")]),
        # Numbers that are not exact, and what they share
        ("series", "七八集的", [C("episodes", "between", low=7, high=8)]),
        ("series", "三四十集", [C("episodes", "between", low=30, high=40)]),
        ("series", "三十集", [C("episodes", "between", low=27, high=33)]),
        ("series", "十来集的", [C("episodes", "between", low=8, high=12)]),
        ("series", "半小时到一小时", [C("minutes", "between", low=30, high=60)]),
        ("series", "八点五分以上", [C("rating", "at_least", low=8.5)]),
        ("series", "30集以上50集以下", [C("episodes", "between", low=30, high=50)]),
        ("cars", "七八万", [C("price", "between", low=70000, high=80000)]),
        ("cars", "十五六万以内", [C("price", "at_most", high=160000)]),
        ("cars", "三到五万", [C("price", "between", low=30000, high=50000)]),
        ("cars", "五到八万公里", [C("mileage", "between", low=50000, high=80000)]),
        ("cars", "5万多公里", [C("mileage", "between", low=50000, high=60000)]),
        ("phones", "三千多块", [C("price", "between", low=3000, high=4000)]),
        ("phones", "百八十块", [C("price", "between", low=80, high=100)]),
        # Limits by other words, and units by other names
        ("cars", "预算10-15w", [C("price", "between", low=100000, high=150000)]),
        ("cars", "10万块封顶", [C("price", "at_most", high=100000)]),
        ("cars", "5万块往上", [C("price", "at_least", low=50000)]),
        ("cars", "5万km以内", [C("mileage", "at_most", high=50000)]),
        ("cars", "公里数低于五万", [C.beyond("mileage", "below", 50000)]),
        ("phones", "3000起", [C("price", "at_least", low=3000)]),
        ("phones", "一起用的", []),
        ("phones", "上千块的", [C("price", "at_least", low=1000)]),
        ("series", "不超一小时", [C("minutes", "at_most", high=60)]),
        ("phones", "12G内存以上", [C("内存", "at_least", low=12)]),
        ("phones", "12G内的", [C("内存", "at_most", high=12)]),
        # Two digits are a year of the catalogue; tens are rather so many years back
        ("cars", "15年以前的", [C.beyond("year", "below", 2015)]),
        ("cars", "15年到18年之间", [C("year", "between", low=2015, high=2018)]),
        ("cars", "19年以后", [C("year", "at_least", low=2019)]),
        ("cars", "20年以前的", [C("year", "at_most", high=2001)]),
        ("cars", "11年以前的", [C("year", "at_most", high=2010)]),
        ("cars", "两千年以前的", [C.beyond("year", "below", 2000)]),
        ("cars", "还在更新的", []),
        # Compared with a title, and that denied
        ("phones", "别比小米14贵", [C("price", "at_most", high=3999)]),
        ("phones", "比小米14贵", [C("price", "at_least", low=5999)]),
        ("phones", "没小米14贵的", [C("price", "at_most", high=2499)]),
        ("phones", "没有小米14那么贵的", [C("price", "at_most", high=2499)]),
        ("phones", "有没有小米14", [one("brand", "小米"), titled("小米 14")]),
        # Compared with what has a label
        ("phones", "比苹果便宜的", [C("price", "at_most", high=3999)]),
        ("phones", "没苹果贵的", [C("price", "at_most", high=3999)]),
        ("phones", "没有苹果的", [one("brand", "苹果", "is_not")]),
        # The last word counts, of the same kind
        ("series", "喜剧，不对，悬疑", [one("category", "悬疑")]),
        ("series", "想看古装，不是，都市", [one("category", "都市")]),
        ("series", "喜剧，不是都市", [one("category", "喜剧"), one("category", "都市", "is_not")]),
        ("series", "古装改成悬疑", [one("category", "悬疑")]),
        ("series", "大陆的，喜剧，说错了，悬疑", [one("country", "大陆"), one("category", "悬疑")]),
        ("series", "喜剧，算了", [one("category", "喜剧", "is_not")]),
        # Both, or one of them
        ("phones", "快充和无线充电都要", [one("tags", "快充"), one("tags", "无线充电")]),
        ("phones", "同时有快充和无线充电", [one("tags", "快充"), one("tags", "无线充电")]),
        ("phones", "快充和无线充电同时有的", [one("tags", "快充"), one("tags", "无线充电")]),
        ("phones", "快充和无线充电", [one("tags", ("快充", "无线充电"), "is_any")]),
        ("series", "古装也好，都市也好", [one("category", ("古装", "都市"), "is_any")]),
        # A number that is small or large
        ("cars", "里程少一点的SUV",
         [C("mileage", "cheap", high=52000), one("category", "SUV")]),
        ("series", "集数少一点的悬疑",
         [C("episodes", "cheap", high=16), one("category", "悬疑")]),
        ("phones", "内存大的", [C("内存", "expensive", low=12)]),
        ("phones", "游戏少一点的快充", [one("tags", "游戏"), one("tags", "快充")]),
        ("series", "少一点古装", [one("category", "古装", "is_not")]),
        # When something happens says nothing of books
        ("books", "最近心情不好，想看小说", [one("category", "小说")]),
        ("books", "最近有点累", []),
        # What things that tell something are about stands before them
        ("news", "台风的新闻", [titled("台风")]),
        ("news", "有电信诈骗的新闻吗", [titled("电信诈骗")]),
        ("news", "台风和房价类的新闻",
         [C("title", "about", label=("台风", "房价"))]),
        ("news", "房价", [titled("房价")]),
        # And not in their titles when somebody asks how it is
        ("news", "最近房价怎么样了", [titled("房价")]),
        # There titles are no names
        ("news", "不要台风", [titled("台风", "not_about")]),
        ("news", "不要台风了，看点房价的",
         [titled("台风", "not_about"), titled("房价")]),
        # What all is known of, and what somebody has had and wants something else than
        ("series", "姚晨的我都看过了", [one("actor", "姚晨", "is_not")]),
        ("series", "喜剧都看完了，推荐点别的", [one("category", "喜剧", "is_not")]),
        ("series", "姚晨的喜剧我都看过了",
         [C.not_together((one("actor", "姚晨"), one("category", "喜剧")))]),
        ("places", "我昨天吃了火锅，今天换个口味", [one("cuisine", "火锅", "is_not")]),
        # A space between words
        ("shop", "黑色 羽绒服", [titled("黑色"), titled("羽绒服")]),
        ("shop", "羽绒服 黑色 1000以内",
         [titled("黑色"), titled("羽绒服"),
          C("price", "at_most", high=1000)]),
        # What is written as a label is
        ("phones", "256G的", [one("存储", "256GB")]),
        ("phones", "存储不低于256", []),
        # Numbers of models
        ("phones", "不要iPhone 14", []),
        ("phones", "华为的Mate 60", [one("brand", "华为"), titled("mate 60")]),
        ("phones", "小米14多少钱", [one("brand", "小米"), titled("小米 14")]),
        ("phones", "价格跟小米14差不多", [one("brand", "小米")]),
        # Any of them will do
        ("places", "川菜火锅都行", [one("cuisine", ("川菜", "火锅"), "is_any")]),
        ("places", "不吃川菜火锅都行",
         [one("cuisine", "川菜", "is_not"), one("cuisine", "火锅", "is_not")]),
        ("series", "闫妮和姚晨一起演的", [one("actor", "闫妮"), one("actor", "姚晨")]),
        # What labels are also called
        ("eats", "能停车的日料", [one("tags", "可停车"), one("cuisine", "日本料理")]),
        ("eats", "快餐", [one("cuisine", "小吃快餐")]),
        ("eats", "4.5分以上", [C("stars", "at_least", low=4.5)]),
        ("eats", "人均100", [C("price", "between", low=80, high=120)]),
        ("library", "东野圭吾的推理小说", [one("author", "东野圭吾"), one("category", "推理")]),
        ("library", "推理小说", [one("category", "推理"), one("category", "小说")]),
        ("books", "最近的小说", [C("year", "recent", low=2012), one("category", "小说")]),
    ],
)  # fmt: skip
def test_what_is_demanded(decoders, domain, sentence, constraints):
    found = decoders[domain].decode(sentence, "zh").constraints
    assert {(c.role, c.relation, c.labels, c.low, c.high, c.parts) for c in found} == {
        (c.role, c.relation, c.labels, c.low, c.high, c.parts) for c in constraints
    }


@pytest.mark.parametrize(
    ("domain", "sentence", "rest"),
    [
        ("places", "预算有限，火锅", "预算有限"),
        ("series", "好莱坞的喜剧", "好莱坞"),
        ("places", "最近的火锅", "最近"),  # nothing is known of when
    ],
)
def test_what_is_not_understood_is_said_in_whole_words(decoders, domain, sentence, rest):
    assert decoders[domain].decode(sentence, "zh").rest == rest


@pytest.mark.parametrize(
    ("domain", "sentence", "attitude", "titles"),
    [
        ("books", "我看完了白夜行，特别喜欢", "seen", ["白夜行"]),
        ("books", "我看过三体，还想看类似的", "seen", ["三体"]),
        ("books", "最近在看三体，想找类似的", "seen", ["三体"]),
        ("books", "活着我已经看过了", "seen", ["活着"]),
        ("books", "三体和活着都看过了", "seen", ["三体", "活着"]),
        ("books", "东野圭吾除了白夜行还写过什么", "disliked", ["白夜行"]),
        ("books", "不那么厚的", "liked", []),
        ("books", "读完人类简史了", "seen", ["人类简史"]),
        ("books", "跟三体差不多的", "liked", ["三体"]),
        ("books", "我喜欢余华的活着", "liked", ["活着"]),
        ("books", "我特别喜欢东野圭吾的嫌疑人X的献身", "liked", ["嫌疑人X的献身"]),
        ("books", "活着的人", "liked", []),  # an ordinary word
        ("places", "除了海底捞，朝阳区还有什么", "disliked", ["海底捞火锅"]),
        ("places", "去过全聚德了", "seen", ["全聚德烤鸭店"]),
        ("books", "《三体》以外的科幻", "disliked", ["三体"]),
        ("books", "除了《三体》，还想看历史", "seen", ["三体"]),
        ("phones", "红米K70用过了，推荐个快充的", "seen", ["红米K70"]),
        ("phones", "小米14用腻了", "disliked", ["小米14"]),
        ("books", "除了三体，我还喜欢活着", "liked", ["活着"]),
        ("books", "除了三体，我还喜欢活着", "seen", ["三体"]),
    ],
)
def test_titles_in_ordinary_words(decoders, domain, sentence, attitude, titles):
    found = getattr(decoders[domain].decode(sentence, "zh"), attitude)
    assert [one.title for one in found] == titles


@pytest.mark.parametrize(
    ("sentence", "demand"),
    [
        ("巴黎的酒店", C("city", "is", label="Paris")),
        ("不要纽约的", C("city", "is_not", label="New York")),
        ("巴黎或者纽约的", C("city", "is_any", label=("Paris", "New York"))),
    ],
)
def test_labels_of_another_language_go_by_what_people_call_them(languages, sentence, demand):
    """Though titles say it as well: of a hotel at the other end of the world, too."""
    titles = ["Grand Paris", "Park Plaza", "Little Paris Inn"]
    cities = Labels.of([[], ["Paris"], ["New York"], ["New York"]])
    hotels = Catalogue(["", "i1", "i2", "i3"], ["", *titles], {"city": cities})
    decoder = InstructionDecoder(hotels, languages, {"zh": "酒店"})
    assert decoder.decode(sentence, "zh").constraints == (demand,)
